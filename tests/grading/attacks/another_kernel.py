"""The notebook asks for another kernel, in another language."""

cells = {"double": "def double(x): return 0 * x"}
points = (0, 5)
reason = "wrong: twice [2, 0]"
note = "it was saved for R, and was run as Python"
kind = "mended"
slow = True


def edit(notebook):
    notebook.metadata["kernelspec"] = {"name": "ir", "language": "R", "display_name": "R"}
