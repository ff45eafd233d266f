"""Files beside the notebook have names that steer a terminal, are no text or begin with a dash."""

import os
from pathlib import Path

points = (5, 5)
note = "its name cannot be printed"


def files(folder):
    for name in ("\x1b[2J\x1b]0;mine\x07", "two\nlines", "\u202egnp.exe", "-rf", "*", "n" * 255):
        (folder / name).touch()
    (Path(os.fsencode(folder).decode()) / os.fsdecode(b"no\xfftext")).touch()
