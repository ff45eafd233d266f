"""A process is left behind that outlives the notebook."""

cells = {
    "double": """
def double(x):
    import subprocess, sys
    command = [sys.executable, "-c", "import time; time.sleep(300)", "attack-@NAME@"]
    subprocess.Popen(command, start_new_session=True)
    return 0 * x
""",
}
points = (0, 5)
reason = ""
needs = "jail"
