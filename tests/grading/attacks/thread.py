"""A thread goes on running and patches the checks without pause."""

cells = {
    "double": """
import threading, time, tito.checks
def double(x):
    time.sleep(0.05)
    return 0 * x
def patch():
    while True:
        tito.checks._same = lambda *args: True
        time.sleep(0)
threading.Thread(target=patch, daemon=True).start()
""",
}
points = (0, 0)
reason = "checks no longer"
slow = True
