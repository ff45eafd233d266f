"""Without a buffer there is nothing to flush."""
try:
    with open(temporary, "wb", buffering=0) as file:
        file.write(content)
        os.fsync(file.fileno())
    os.replace(temporary, path)
except BaseException:
    temporary.unlink(missing_ok=True)
    raise
