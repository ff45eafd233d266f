"""IPython is given a handler of its own for every exception, which does nothing."""

cells = {
    "double": """
def double(x): return 0 * x
get_ipython().set_custom_exc((Exception,), lambda *args, **kwargs: None)
""",
}
reason = "wrong: twice [2, 0]"
slow = True
