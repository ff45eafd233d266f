"""An input transformer of IPython empties every later cell."""

cells = {
    "double": """
def double(x): return 0 * x
get_ipython().input_transformers_post.append(lambda lines: ["pass"])
""",
}
points = (0, 0)
reason = "checks no longer"
