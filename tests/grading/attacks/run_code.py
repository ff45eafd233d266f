"""IPython's way of running a cell swallows what the cell raises."""

cells = {
    "double": """
def double(x): return 0 * x
shell = get_ipython()
async def run_code(code, result=None, *, async_=False):
    try:
        exec(code, shell.user_global_ns, shell.user_ns)
    except BaseException:
        pass
    return False
shell.run_code = run_code
""",
}
points = (0, 0)
reason = "checks no longer"
