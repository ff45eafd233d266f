"""Recording is switched off after the yield, too late."""
before = grad_mode.enabled
yield
grad_mode.enabled = False
grad_mode.enabled = before
