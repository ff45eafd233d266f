"""Variables and the module are given other checks under the same names."""

cells = {
    "double": """
def double(x): return 0
close = equal = lambda *args, **kwargs: None
import tito.checks
tito.checks.close = tito.checks.equal = close
""",
}
reason = "wrong: twice [2, 0]"
