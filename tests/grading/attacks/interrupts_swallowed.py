"""A loop that swallows every interrupt."""

cells = {
    "double": """
import signal
def double(x):
    signal.signal(signal.SIGINT, lambda *args: None)
    while True:
        try:
            while True: pass
        except BaseException:
            pass
""",
}
points = (0, 0)
reason = "did not end"
