"""An ExitStack puts it back."""
from contextlib import ExitStack

with ExitStack() as stack:
    stack.callback(setattr, grad_mode, "enabled", grad_mode.enabled)
    setattr(grad_mode, "enabled", False)
    yield
