"""Processes without end."""

cells = {
    "double": """
def double(x):
    import os
    while True:
        try:
            os.fork()
        except OSError:
            pass
""",
}
points = (0, 0)
reason = ""
needs = "jail"
dangerous = True
slow = True
