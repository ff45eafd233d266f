"""The notebook is a folder."""

points = (0, 0)
reason = "the notebook is a folder"


def files(folder):
    path = folder / "pair.ipynb"
    path.unlink()
    path.mkdir()
