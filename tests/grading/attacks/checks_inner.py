"""The helpers beneath the checks are replaced, and the checks left alone."""

cells = {
    "double": """
import tito.checks
def double(x): return 0 * x
tito.checks._same = lambda *args: True
tito.checks._fail = lambda *args: None
""",
}
reason = "wrong: twice [2, 0]"
slow = True
