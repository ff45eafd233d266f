"""The notebook is a FIFO, which keeps a reader waiting for ever."""

import os

points = (0, 0)
reason = "the notebook is a FIFO"


def files(folder):
    path = folder / "pair.ipynb"
    path.unlink()
    os.mkfifo(path)
