"""The answer displays a value, which nbgrader would take for the points of the cell."""

cells = {
    "double": """
def double(x):
    get_ipython().displayhook(3)
""",
}
reason = "None (is a return missing?)"
slow = True
