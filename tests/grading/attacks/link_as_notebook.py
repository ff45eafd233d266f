"""The notebook is a link to somebody else's."""

points = (0, 0)
reason = "the notebook is a link, and links are not followed"


def files(folder):
    path = folder / "pair.ipynb"
    path.unlink()
    path.symlink_to("../../m-honest/01_pair/pair.ipynb")
