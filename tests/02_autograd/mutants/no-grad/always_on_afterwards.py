"""Recording is on afterwards, whatever it was before."""
grad_mode.enabled = False
try:
    yield
finally:
    grad_mode.enabled = True
