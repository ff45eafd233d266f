"""The folder of the module is a link to somebody else's."""

import shutil

points = (0, 0)
reason = "01_pair is a link"


def files(folder):
    shutil.rmtree(folder)
    folder.symlink_to("../m-honest/01_pair")
