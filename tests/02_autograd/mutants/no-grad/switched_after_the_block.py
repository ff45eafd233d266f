"""Recording is switched off after the yield, too late."""
before = mode.recording
yield
mode.recording = False
mode.recording = before
