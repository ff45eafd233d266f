"""A process is left behind whose parent has ended, in a session of its own."""

cells = {
    "double": """
def double(x):
    import os, sys
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            command = [sys.executable, "-c", "import time; time.sleep(300)", "attack-@NAME@"]
            os.execv(sys.executable, command)
        os._exit(0)
    os.wait()
    return 0 * x
""",
}
points = (0, 5)
reason = "wrong: twice [2, 0]"
needs = "jail"
