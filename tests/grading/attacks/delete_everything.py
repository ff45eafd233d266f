"""All that can be deleted is: the course, other submissions, the home."""

cells = {
    "double": """
def double(x):
    import shutil
    for place in ("@ROOT@/submitted", "@ROOT@/source", "@ROOT@", "@MARKS@"):
        shutil.rmtree(place, ignore_errors=True)
    return 0 * x
""",
}
points = (0, 5)
reason = "wrong: twice [2, 0]"
needs = "jail"
dangerous = True
slow = True
