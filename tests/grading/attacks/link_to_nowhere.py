"""The folder of the module is a link to itself."""

import shutil

points = (0, 0)
reason = "01_pair is a link"


def files(folder):
    shutil.rmtree(folder)
    folder.symlink_to(folder.name)
