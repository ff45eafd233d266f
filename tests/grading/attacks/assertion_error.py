"""AssertionError is replaced by something that is not raised, or not shown."""

cells = {
    "double": """
import builtins
def double(x): return 0 * x
class Silent(BaseException):
    def _render_traceback_(self): return []
builtins.AssertionError = Silent
import tito.checks
tito.checks.AssertionError = Silent
""",
}
reason = "wrong: twice [2, 0]"
slow = True
