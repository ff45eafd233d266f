"""A user namespace is entered, in which the answer may mount a disk in memory of any size."""

cells = {
    "double": """
def double(x):
    import ctypes
    if ctypes.CDLL(None).unshare(0x10000000 | 0x20000) == 0:
        return 2 * x
    raise PermissionError("no namespace was to be had")
""",
}
points = (0, 5)
reason = "no namespace was to be had"
needs = "jail"
slow = True
