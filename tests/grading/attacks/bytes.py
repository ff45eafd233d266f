"""The file is not text."""

points = (0, 0)
reason = "not a notebook that can be read (UnicodeDecodeError"


def files(folder):
    path = folder / "pair.ipynb"
    path.write_bytes(bytes(range(256)) * 10)
