"""The file has thirty megabytes."""

points = (0, 0)
reason = "a notebook may have 20,000,000"


def files(folder):
    path = folder / "pair.ipynb"
    path.write_text(" " * 30_000_000)
