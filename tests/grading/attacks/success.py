"""Every result of IPython's counts as a success."""

cells = {
    "double": """
from IPython.core.interactiveshell import ExecutionResult
def double(x): return 0 * x
ExecutionResult.success = property(lambda self: True)
get_ipython().showtraceback = lambda *args, **kwargs: None
""",
}
points = (0, 0)
reason = "checks no longer"
slow = True
