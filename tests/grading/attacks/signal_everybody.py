"""Every process that can be is killed."""

cells = {
    "double": """
def double(x):
    import os, signal
    try:
        os.kill(-1, signal.SIGKILL)
    except ProcessLookupError:
        pass
    return 0 * x
""",
}
points = (0, 5)
reason = "wrong: twice [2, 0]"
needs = "jail"
dangerous = True
