"""The markers of hidden tests stand in an answer, where nbgrader would fail over them."""

cells = {
    "double": """
def double(x):
    ### BEGIN HIDDEN TESTS
    return 0 * x
### END HIDDEN TESTS
### BEGIN HIDDEN TESTS
""",
}
reason = "wrong: twice [2, 0]"
