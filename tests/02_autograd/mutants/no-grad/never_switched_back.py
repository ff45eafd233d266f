"""Recording is never switched back on."""
mode.recording = False
yield
