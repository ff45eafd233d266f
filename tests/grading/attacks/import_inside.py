"""The answer is imported from the finished package, at the last moment."""

cells = {
    "double": """
def double(x):
    from tinytorch.core.pair import double as answer
    return answer(x)
""",
}
reason = "built in module 01"
