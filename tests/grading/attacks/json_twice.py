"""The cells stand twice in the file, so that readers see different notebooks."""

cells = {"double": "def double(x): return 0 * x"}
points = (0, 5)
reason = "wrong: twice [2, 0]"
note = "names parts twice"
slow = True


def files(folder):
    path = folder / "pair.ipynb"
    path.write_text('{"cells": "none", ' + path.read_text().lstrip()[1:])
