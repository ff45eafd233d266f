"""A FIFO lies beside the notebook, to keep whoever copies it waiting."""

import os

points = (5, 5)
note = "data.csv was left out: it is a FIFO"
slow = True


def files(folder):
    os.mkfifo(folder / "data.csv")
