# %% attack: fifo_as_notebook
"""The notebook is a FIFO, which keeps a reader waiting for ever."""

import os

points = (0, 0)
reason = "the notebook is a FIFO"


def files(folder):
    path = folder / "pair.ipynb"
    path.unlink()
    os.mkfifo(path)


# %% attack: fifo_beside
"""A FIFO lies beside the notebook, to keep whoever copies it waiting."""

import os

points = (5, 5)
note = "data.csv was left out: it is a FIFO"
slow = True


def files(folder):
    os.mkfifo(folder / "data.csv")


# %% attack: file_as_folder
"""The folder of the module is a file."""

import shutil

points = (0, 0)
reason = "01_pair is a file"


def files(folder):
    shutil.rmtree(folder)
    folder.write_text("01_pair")


# %% attack: files_too_large
"""A file of a terabyte, most of it a hole, lies beside the notebook."""

points = (5, 5)
note = "or 50,000,000 bytes"
slow = True


def files(folder):
    with (folder / "data.bin").open("wb") as file:
        file.truncate(10**12)


# %% attack: files_too_many
"""Ten thousand files lie beside the notebook."""

points = (5, 5)
note = "the files beside it were left out: there are more than 200"
slow = True


def files(folder):
    for number in range(10_000):
        (folder / f"{number}.txt").touch()


# %% attack: folder_as_notebook
"""The notebook is a folder."""

points = (0, 0)
reason = "the notebook is a folder"


def files(folder):
    path = folder / "pair.ipynb"
    path.unlink()
    path.mkdir()


# %% attack: folders_too_deep
"""Folders lie in folders in folders, five hundred deep."""

points = (5, 5)
note = "a was left out: it lies more than 4 folders deep"
slow = True


def files(folder):
    for _ in range(500):
        folder /= "a"
        folder.mkdir()


# %% attack: hard_link
"""No damage: a hard link to the source notebook lies beside the notebook, and is copied."""

import os

points = (5, 5)
note = ""
slow = True


def files(folder):
    os.link(folder.parents[2] / "source" / "01_pair" / "pair.ipynb", folder / "mine.txt")


# %% attack: link_as_folder
"""The folder of the module is a link to somebody else's."""

import shutil

points = (0, 0)
reason = "01_pair is a link"


def files(folder):
    shutil.rmtree(folder)
    folder.symlink_to("../m-honest/01_pair")


# %% attack: link_as_notebook
"""The notebook is a link to somebody else's."""

points = (0, 0)
reason = "the notebook is a link, and links are not followed"


def files(folder):
    path = folder / "pair.ipynb"
    path.unlink()
    path.symlink_to("../../m-honest/01_pair/pair.ipynb")


# %% attack: link_as_student
"""The folder of the student is a link to somebody else's."""

import shutil

points = (0, 0)
reason = "link_as_student is a link"


def files(folder):
    shutil.rmtree(folder.parent)
    folder.parent.symlink_to("m-honest")


# %% attack: link_beside
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


# %% attack: link_to_device
"""The notebook is a link to a device that never ends."""

points = (0, 0)
reason = "the notebook is a link, and links are not followed"


def files(folder):
    path = folder / "pair.ipynb"
    path.unlink()
    path.symlink_to("/dev/zero")


# %% attack: link_to_nowhere
"""The folder of the module is a link to itself."""

import shutil

points = (0, 0)
reason = "01_pair is a link"


def files(folder):
    shutil.rmtree(folder)
    folder.symlink_to(folder.name)


# %% attack: module_beside
"""Modules named like those that grading imports lie beside the notebook."""

cells = {"double": "def double(x): return 0 * x"}
reason = "wrong: twice [2, 0]"


def files(folder):
    for name in ("numpy", "tito", "IPython", "sitecustomize", "usercustomize", "re", "ast"):
        (folder / f"{name}.py").write_text("open('@MARKS@/@NAME@', 'w'); raise SystemExit")


# %% attack: no_notebook
"""There is no notebook, but a note."""

points = (0, 0)
reason = "there is no pair.ipynb"


def files(folder):
    path = folder / "pair.ipynb"
    path.unlink()
    (folder / "notes.txt").write_text("my notebook is on my other computer")


# %% attack: socket_beside
"""A socket lies beside the notebook."""

import os
import stat

points = (5, 5)
note = "data.csv was left out: it is a socket"
slow = True


def files(folder):
    os.mknod(folder / "data.csv", 0o600 | stat.S_IFSOCK)
