"""Written in place: a crash leaves half a file, and the old one is gone."""
with open(path, "wb") as file:
    file.write(content)
    file.flush()
    os.fsync(file.fileno())
