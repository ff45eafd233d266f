"""A script stands in a Markdown cell, in several ways."""

cells = {"double": "def double(x): return 0 * x"}
points = (0, 5)
reason = "wrong: twice [2, 0]"
note = ""
kind = "mended"


def edit(notebook):
    for text in (
        "<script>alert(1)</script>",
        "<img src=x onerror='<script>alert(1)</script>'>",
        "[x](javascript:alert(1))",
        "<svg><style><script>alert(1)</script></style></svg>",
    ):
        notebook.cells.append(__import__("nbformat").v4.new_markdown_cell(text))
