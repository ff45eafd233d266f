"""The file is empty."""

points = (0, 0)
reason = "not a notebook"


def files(folder):
    path = folder / "pair.ipynb"
    path.write_text("")
