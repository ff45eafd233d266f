"""The answer is imported from the finished package."""

cells = {"double": "from tinytorch.core.pair import double"}
reason = "built in module 01"
slow = True
