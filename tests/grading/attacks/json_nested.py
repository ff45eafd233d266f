"""The file is JSON nested a hundred thousand times."""

points = (0, 0)
reason = "not a notebook that can be read (RecursionError"


def files(folder):
    path = folder / "pair.ipynb"
    path.write_text("[" * 100_000 + "]" * 100_000)
