"""IPython's `run_cell` is replaced by one that runs nothing and is content."""

cells = {
    "double": """
from IPython.core.interactiveshell import ExecutionResult
def double(x): return 0 * x
shell = get_ipython()
async def run_cell_async(raw_cell, *args, **kwargs):
    return ExecutionResult(None)
shell.run_cell_async = run_cell_async
shell.run_cell = lambda *args, **kwargs: ExecutionResult(None)
""",
}
points = (0, 0)
reason = "checks no longer"
slow = True
