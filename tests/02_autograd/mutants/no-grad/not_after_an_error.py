"""No try and finally: an error inside leaves recording off."""
before, mode.recording = mode.recording, False
yield
mode.recording = before
