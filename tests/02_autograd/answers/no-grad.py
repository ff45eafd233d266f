# %% mutant: always_on_afterwards
"""Recording is on afterwards, whatever it was before."""

old = "grad_mode.enabled = before"
new = "grad_mode.enabled = True"

# %% mutant: for_all_threads
"""The class is changed, and with it every thread."""

before, type(grad_mode).enabled = grad_mode.enabled, False
try:
    yield
finally:
    type(grad_mode).enabled = before

# %% mutant: never_switched_back
"""Recording is never switched back on."""

grad_mode.enabled = False
yield

# %% mutant: not_after_an_error
"""No try and finally: an error inside leaves recording off."""

before, grad_mode.enabled = grad_mode.enabled, False
yield
grad_mode.enabled = before

# %% mutant: swallows_errors
"""Errors from inside are swallowed and recording stays off."""

before, grad_mode.enabled = grad_mode.enabled, False
with suppress(Exception):
    yield
    grad_mode.enabled = before

# %% mutant: switched_after_the_block
"""Recording is switched off after the yield, too late."""

before = grad_mode.enabled
yield
grad_mode.enabled = False
grad_mode.enabled = before

# %% edge: not_after_an_interrupt
"""Only an Exception is caught, which an interrupt of the cell is not."""

before, grad_mode.enabled = grad_mode.enabled, False
try:
    yield
except Exception:
    grad_mode.enabled = before
    raise
grad_mode.enabled = before

# %% alternative: exit_stack
"""An ExitStack puts it back."""

from contextlib import ExitStack

with ExitStack() as stack:
    stack.callback(setattr, grad_mode, "enabled", grad_mode.enabled)
    setattr(grad_mode, "enabled", False)
    yield

# %% alternative: if_recording
"""Only does something if recording is on."""

if not grad_mode.enabled:
    yield
else:
    grad_mode.enabled = False
    try:
        yield
    finally:
        grad_mode.enabled = True
