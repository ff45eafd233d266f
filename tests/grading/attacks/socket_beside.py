"""A socket lies beside the notebook."""

import os
import stat

points = (5, 5)
note = "data.csv was left out: it is a socket"
slow = True


def files(folder):
    os.mknod(folder / "data.csv", 0o600 | stat.S_IFSOCK)
