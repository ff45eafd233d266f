"""The class is changed, and with it every thread."""
before, type(mode).recording = mode.recording, False
try:
    yield
finally:
    type(mode).recording = before
