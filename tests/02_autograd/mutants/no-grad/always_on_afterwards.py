"""Recording is on afterwards, whatever it was before."""
mode.recording = False
try:
    yield
finally:
    mode.recording = True
