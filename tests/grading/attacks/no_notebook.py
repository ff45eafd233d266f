"""There is no notebook, but a note."""

points = (0, 0)
reason = "there is no pair.ipynb"


def files(folder):
    path = folder / "pair.ipynb"
    path.unlink()
    (folder / "notes.txt").write_text("my notebook is on my other computer")
