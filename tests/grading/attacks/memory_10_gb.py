"""Ten gigabytes of memory are asked for, and written to."""

cells = {
    "double": """
def double(x):
    return np.ones(10 * 2**27)[:2] * 0
""",
}
points = (0, 5)
reason = ""
needs = "jail"
dangerous = True
