"""Points are written into the gradebook."""

cells = {
    "double": """
def double(x):
    import sqlite3
    with sqlite3.connect("@ROOT@/gradebook.db") as book:
        book.execute("update grade set manual_score = 5")
    return 0 * x
""",
}
points = (0, 5)
reason = "unable to open database file"
needs = "jail"
dangerous = True
