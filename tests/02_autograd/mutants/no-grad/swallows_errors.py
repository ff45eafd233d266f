"""Errors from inside are swallowed and recording stays off."""
before, mode.recording = mode.recording, False
with suppress(Exception):
    yield
    mode.recording = before
