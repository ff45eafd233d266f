"""The folder of the student is a link to somebody else's."""

import shutil

points = (0, 0)
reason = "link_as_student is a link"


def files(folder):
    shutil.rmtree(folder.parent)
    folder.parent.symlink_to("m-honest")
