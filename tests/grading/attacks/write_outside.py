"""A file is written outside of the folder."""

cells = {
    "double": """
def double(x):
    open("@MARKS@/@NAME@", "w").write("here")
    return 0 * x
""",
}
points = (0, 5)
reason = "Error"
needs = "jail"
