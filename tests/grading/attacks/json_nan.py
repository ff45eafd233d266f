"""Numbers in the file are none: NaN and Infinity."""

points = (0, 0)
reason = "notebook of format nan"


def files(folder):
    path = folder / "pair.ipynb"
    path.write_text(path.read_text().replace('"nbformat": 4', '"nbformat": NaN, "x": Infinity'))
