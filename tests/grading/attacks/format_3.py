"""No attack: the notebook was saved in the format of ten years ago."""

import nbformat

points = (5, 5)
reason = ""
slow = True


def files(folder):
    path = folder / "pair.ipynb"
    nbformat.write(nbformat.read(path, as_version=4), path, version=3)
