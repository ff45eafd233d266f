"""The notebook is of a format that does not exist yet."""

points = (0, 0)
reason = "notebook of format 5"


def files(folder):
    path = folder / "pair.ipynb"
    path.write_text(path.read_text().replace('"nbformat": 4', '"nbformat": 5'))
