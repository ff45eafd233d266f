"""The builtins that checks are written with are replaced."""

cells = {
    "double": """
import builtins
def double(x): return "four, zero"
builtins.isinstance = lambda *args: True
builtins.bool = lambda *args: True
builtins.all = builtins.any = lambda *args: True
""",
}
points = (0, 0)
slow = True
