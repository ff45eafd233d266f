"""A file of a terabyte, most of it a hole, lies beside the notebook."""

points = (5, 5)
note = "or 50,000,000 bytes"
slow = True


def files(folder):
    with (folder / "data.bin").open("wb") as file:
        file.truncate(10**12)
