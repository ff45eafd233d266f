"""The gradebook is deleted."""

cells = {
    "double": """
def double(x):
    import os
    os.remove("@ROOT@/gradebook.db")
    return 0 * x
""",
}
points = (0, 5)
reason = "FileNotFoundError"
needs = "jail"
dangerous = True
slow = True
