"""Ten thousand files lie beside the notebook."""

points = (5, 5)
note = "the files beside it were left out: there are more than 200"
slow = True


def files(folder):
    for number in range(10_000):
        (folder / f"{number}.txt").touch()
