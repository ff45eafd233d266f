"""Renamed before the disk has it: after a power cut the name is there, its content is not."""
try:
    temporary.write_bytes(content)
    os.replace(temporary, path)
finally:
    temporary.unlink(missing_ok=True)
