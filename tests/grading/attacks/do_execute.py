"""The kernel's own `do_execute` is replaced by one that says that all is well."""

cells = {
    "double": """
def double(x): return 0 * x
kernel = get_ipython().kernel
async def do_execute(code, silent, *args, **kwargs):
    return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}
kernel.do_execute = do_execute
""",
}
points = (0, 0)
reason = "answer did not come from running it"
