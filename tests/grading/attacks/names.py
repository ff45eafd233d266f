# %% attack: name_bidi
"""A student's name turns the direction of the writing."""

student = "\u202etsenoh-a"
points = None
reason = "a student's folder is named with letters"

# %% attack: name_dash
"""A student's name looks like an option."""

student = "--force"
points = None
reason = "a student's folder is named with letters"

# %% attack: name_escape
"""A student's name steers the terminal."""

student = "\x1b[2J\x1b[31mhonest\x1b]0;mine\x07"
points = None
reason = "a student's folder is named with letters"

# %% attack: name_formula
"""A student's name is a formula."""

student = "=cmd|calc"
points = None
reason = "a student's folder is named with letters"

# %% attack: name_long
"""A student's name has 250 letters."""

student = "n" * 250
points = None
reason = "a student's folder is named with letters"

# %% attack: name_markup
"""A student's name is a page's markup."""

student = "<script>alert(1)<script>"
points = None
reason = "a student's folder is named with letters"

# %% attack: name_not_text
"""A student's name is no text in UTF-8."""

import os

student = os.fsdecode(b"student-\xff\xfe")
points = None
reason = "a student's folder is named with letters"

# %% attack: name_pattern
"""A student's name is a pattern that fits everybody."""

student = "*"
points = None
reason = "a student's folder is named with letters"

# %% attack: name_two_lines
"""A student's name has two lines, the second of them somebody else's result."""

student = "name\ngraded honest 01_pair"
points = None
reason = "a student's folder is named with letters"

# %% attack: names_odd
"""Files beside the notebook have names that steer a terminal, are no text or begin with a dash."""

import os
from pathlib import Path

points = (5, 5)
note = "its name cannot be printed"


def files(folder):
    for name in ("\x1b[2J\x1b]0;mine\x07", "two\nlines", "\u202egnp.exe", "-rf", "*", "n" * 255):
        (folder / name).touch()
    (Path(os.fsencode(folder).decode()) / os.fsdecode(b"no\xfftext")).touch()
