"""A script is displayed, printed, raised and named by the code."""

cells = {
    "double": """
from IPython.display import HTML, Javascript, display
def double(x):
    display(HTML("<script>alert(1)</script>"), Javascript("alert(1)"))
    display({"image/png": '"><script>alert(1)</script>'}, raw=True)
    display({"image/svg+xml": "<svg><script>alert(1)</script></svg>"}, raw=True)
    display({"text/markdown": "<script>alert(1)</script>"}, raw=True)
    display({"text/latex": "<script>alert(1)</script>"}, raw=True)
    print("<script>alert(1)</script>")
    raise ValueError("<script>alert(1)</script>")
""",
}
reason = "ValueError"
