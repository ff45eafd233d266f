"""The kernels of other students are looked for, to send them messages signed with their keys."""

cells = {
    "double": """
def double(x):
    from pathlib import Path
    from ipykernel.kernelapp import IPKernelApp
    mine = Path(IPKernelApp.instance().abs_connection_file)
    found = [path for path in mine.parent.parent.rglob("*.json") if path != mine]
    raise LookupError(f"{len(found)} other kernels")
""",
}
points = (0, 5)
reason = "0 other kernels"
needs = "jail"
