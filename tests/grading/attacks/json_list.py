"""The file is JSON, but no notebook."""

points = (0, 0)
reason = "it says that it is a notebook of format"


def files(folder):
    path = folder / "pair.ipynb"
    path.write_text("[1, 2, 3]")
