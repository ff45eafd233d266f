"""Only does something if recording is on."""
if not grad_mode.enabled:
    yield
else:
    grad_mode.enabled = False
    try:
        yield
    finally:
        grad_mode.enabled = True
