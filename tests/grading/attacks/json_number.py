"""A number in the file has five thousand digits."""

points = (0, 0)
reason = "not a notebook that can be read"


def files(folder):
    path = folder / "pair.ipynb"
    path.write_text(
        path.read_text().replace('"nbformat": 4', '"nbformat": 4, "more": ' + "9" * 5000)
    )
