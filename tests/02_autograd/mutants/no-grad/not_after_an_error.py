"""No try and finally: an error inside leaves recording off."""
before, grad_mode.enabled = grad_mode.enabled, False
yield
grad_mode.enabled = before
