"""Recording is never switched back on."""
grad_mode.enabled = False
yield
