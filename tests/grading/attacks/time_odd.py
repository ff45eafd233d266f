"""The time of submission is none."""

points = (5, 5)
note = ""
slow = True


def files(folder):
    (folder / "timestamp.txt").write_bytes(b"\xff\x1b[2J yesterday")
