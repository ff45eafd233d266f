"""A signal is sent to the process that grades (one that it ignores)."""

cells = {
    "double": """
def double(x):
    import os, signal
    for process in range(os.getppid(), os.getppid() + 1):
        os.kill(process, signal.SIGURG)
    return 0 * x
""",
}
points = (0, 5)
reason = ""
needs = "jail"
slow = True
