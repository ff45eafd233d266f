"""The class is changed, and with it every thread."""
before, type(grad_mode).enabled = grad_mode.enabled, False
try:
    yield
finally:
    type(grad_mode).enabled = before
