"""A loop in which the signal of the interrupt is ignored."""

cells = {
    "double": """
import signal
def double(x):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True: pass
""",
}
points = (0, 0)
reason = "did not end"
slow = True
