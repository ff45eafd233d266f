"""The process that watches the kernel is traced, and its memory opened."""

cells = {
    "double": """
def double(x):
    import ctypes, os
    parent = os.getppid()
    traced = ctypes.CDLL(None).ptrace(16, parent, 0, 0) == 0
    try:
        traced = bool(open(f"/proc/{parent}/mem", "r+b")) or traced
    except OSError:
        pass
    raise LookupError(f"traced: {traced}")
""",
}
points = (0, 5)
reason = "traced: False"
needs = "jail"
slow = True
