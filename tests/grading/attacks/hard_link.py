"""No damage: a hard link to the source notebook lies beside the notebook, and is copied."""

import os

points = (5, 5)
note = ""
slow = True


def files(folder):
    os.link(folder.parents[2] / "source" / "01_pair" / "pair.ipynb", folder / "mine.txt")
