"""Opened to append: what a crash left behind stays in front."""
try:
    with open(temporary, "ab") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
finally:
    temporary.unlink(missing_ok=True)
