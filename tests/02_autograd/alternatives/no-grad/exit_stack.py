"""An ExitStack puts it back."""
from contextlib import ExitStack

with ExitStack() as stack:
    stack.callback(setattr, mode, "recording", mode.recording)
    setattr(mode, "recording", False)
    yield
