"""What the parts of the course raise, and what a user is told of it.

The exceptions of our own, each below the one it is a kind of:

- Exception
  - Mistake: a user's, raised on purpose wherever one is found. The command line ends with its
    sentence and exit status 2; `tito.check()` and its like show it in the notebook.
    - Locked (grading/engine/gradebook.py): another program keeps the gradebook to itself.
  - Refused (grading/intake/preflight.py): one submission is not taken, and the others go on.
  - AssertionError: an answer is wrong. `tito/checks.py` raises it, with a message in parts.
  - ValueError
    - PickledError (lib/archive.py): a file is a pickle, which would run code, so it is not read.
  - OSError
    - DamagedData (tinytorch_data): a file of the data sets is missing, or not what was published.
    - DownloadFailed (tinytorch_data/download.py): a data set could not be fetched.

What else a command raises is a bug of the tool, and ends with its traceback and exit status 1; but
for a package that is not installed, and for a place that cannot be written to: see `sentence`.
"""

import errno
import tempfile

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}


class Mistake(Exception):
    """A user's mistake: its text is one sentence that says what is wrong and what to do."""

    # Not click's ClickException: Typer brings a click of its own, which would not know that one,
    # and students have no other.
    exit_code = 2


def sentence(error: Exception) -> str:
    """What to tell a user of an error that is not a bug of the tool; nothing if it is one."""
    if isinstance(error, Mistake):
        return str(error)
    if isinstance(error, ModuleNotFoundError):
        if (error.name or "tito").partition(".")[0] not in ("tito", "tinytorch"):
            install = "run `pip install -r requirements.txt -e .`"
            return f"the package {error.name} is missing: {install}"
    elif isinstance(error, OSError) and error.errno in FULL | DENIED:
        return f"{error.filename or tempfile.gettempdir()}: {error.strerror}: {cure(error)}"
    return ""


def cure(error: OSError) -> str:
    """What to do where something cannot be written."""
    return "free some space" if error.errno in FULL else "choose a folder you may write to"
