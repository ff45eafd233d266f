"""Folders lie in folders in folders, five hundred deep."""

points = (5, 5)
note = "a was left out: it lies more than 4 folders deep"
slow = True


def files(folder):
    for _ in range(500):
        folder /= "a"
        folder.mkdir()
