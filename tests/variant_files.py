"""What tests share that write files of variants: a cell more, or one less."""

import re


def add(path, heading, text):
    """Put a cell at the end of a file, which is made if it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    path.write_text(f"{before}\n# %% {heading}\n{text}\n", encoding="utf-8")


def drop(path, heading):
    """Take a cell out of a file."""
    text = path.read_text(encoding="utf-8")
    left, times = re.subn(rf"^# %% {heading}\n(?:(?!# %%).*\n)*", "", text, flags=re.MULTILINE)
    assert times == 1
    path.write_text(left, encoding="utf-8")
