"""What every part of the tool raises when its user is mistaken, and what to say of a full disk."""

import errno

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}


class Mistake(Exception):
    """A user's mistake: its text is one sentence that says what is wrong and what to do."""


def cure(error: OSError) -> str:
    """What to do where something cannot be written."""
    return "free some space" if error.errno in FULL else "choose a folder you may write to"
