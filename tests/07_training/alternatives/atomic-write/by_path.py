"""With the methods of Path where they do the same."""
try:
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file)
    os.replace(str(temporary), str(path))
finally:
    if temporary.exists():
        temporary.unlink()
