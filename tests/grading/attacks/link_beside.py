"""Links lie beside the notebook, to the gradebook, to a device, to a folder and to nowhere."""

points = (5, 5)
note = "b.txt was left out: it is a link"


def files(folder):
    for name, target in (
        ("a.txt", "../../../gradebook.db"),
        ("b.txt", "/dev/zero"),
        ("c", "/"),
        ("d.txt", "d.txt"),
    ):
        (folder / name).symlink_to(target)
