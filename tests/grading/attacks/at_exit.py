"""What is registered to run at the end of the process writes a file."""

cells = {
    "double": """
import atexit
def double(x): return 0 * x
atexit.register(lambda: open("@MARKS@/@NAME@", "w"))
""",
}
reason = "wrong: twice [2, 0]"
slow = True
