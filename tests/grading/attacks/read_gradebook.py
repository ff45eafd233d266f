"""The marks of others are read from the gradebook."""

cells = {
    "double": """
def double(x):
    import sqlite3
    book = sqlite3.connect("file:@ROOT@/gradebook.db?mode=ro", uri=True)
    rows = book.execute("select id from student")
    open("@MARKS@/@NAME@", "w").write(str(list(rows)))
    return 0 * x
""",
}
points = (0, 5)
reason = "unable to open database file"
needs = "jail"
slow = True
