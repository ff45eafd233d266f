"""Only does something if recording is on."""
if not mode.recording:
    yield
else:
    mode.recording = False
    try:
        yield
    finally:
        mode.recording = True
