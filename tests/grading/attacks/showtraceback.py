"""IPython shows no errors any more."""

cells = {
    "double": """
def double(x): return 0 * x
shell = get_ipython()
shell.showtraceback = shell._showtraceback = lambda *args, **kwargs: None
""",
}
reason = "wrong: twice [2, 0]"
slow = True
