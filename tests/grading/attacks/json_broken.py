"""The file is cut off."""

points = (0, 0)
reason = "not a notebook"


def files(folder):
    path = folder / "pair.ipynb"
    path.write_text(path.read_text()[:200])
