"""The checks keep their names and identity, but get the code of other functions."""

cells = {
    "double": """
import tito.checks
def double(x): return 0 * x
def passes(actual, expected, what, *, suspects=None, hint="", rtol=1e-5, atol=1e-7, dtype=None):
    return None
tito.checks.close.__code__ = passes.__code__
""",
}
reason = "wrong: twice [2, 0]"
slow = True
