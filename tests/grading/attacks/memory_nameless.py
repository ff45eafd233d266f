"""Memory is put into files without a name, which count as no process's."""

cells = {
    "double": """
def double(x):
    import os
    os.memfd_create("more")
    return 2 * x
""",
}
points = (0, 5)
reason = "Operation not permitted"
needs = "jail"
slow = True
