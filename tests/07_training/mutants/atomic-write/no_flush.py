"""Without flush, fsync finds Python's buffer still full."""
try:
    with open(temporary, "wb") as file:
        file.write(content)
        os.fsync(file.fileno())
    os.replace(temporary, path)
finally:
    temporary.unlink(missing_ok=True)
