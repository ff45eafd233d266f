"""After an error the temporary file stays."""
with open(temporary, "wb") as file:
    file.write(content)
    file.flush()
    os.fsync(file.fileno())
os.replace(temporary, path)
