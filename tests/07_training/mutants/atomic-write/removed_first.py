"""The old file is removed before the new one has its name."""
try:
    with open(temporary, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path.unlink(missing_ok=True)
    os.replace(temporary, path)
finally:
    temporary.unlink(missing_ok=True)
