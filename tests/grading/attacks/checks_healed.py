"""The checks are damaged by the call that they judge, and mend themselves when they are used."""

cells = {
    "double": """
import tito.checks
real = tito.checks._same
def once(*args):
    tito.checks._same = real
    return True
def double(x):
    tito.checks._same = once
    return 0 * x
""",
}
points = (5, 5)
gap = "it runs where the test runs"
slow = True
