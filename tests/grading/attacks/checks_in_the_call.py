"""The checks are damaged by the very call that they are about to judge."""

cells = {
    "double": """
import tito.checks
def double(x):
    tito.checks._same = lambda *args: True
    return 0 * x
""",
}
reason = "checks no longer"
