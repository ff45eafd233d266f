"""An error on the way is kept quiet: nobody learns that nothing was saved."""
try:
    with open(temporary, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
except OSError:
    temporary.unlink(missing_ok=True)
