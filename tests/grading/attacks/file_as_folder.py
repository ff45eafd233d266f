"""The folder of the module is a file."""

import shutil

points = (0, 0)
reason = "01_pair is a file"


def files(folder):
    shutil.rmtree(folder)
    folder.write_text("01_pair")
