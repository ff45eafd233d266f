"""IPython's events clear what a failing cell has put out, and forget to put the checks back."""

cells = {
    "double": """
from IPython.display import clear_output
def double(x): return 0 * x
shell = get_ipython()
for callbacks in shell.events.callbacks.values():
    callbacks.clear()
shell.events.register("post_run_cell", lambda result: clear_output())
import tito.checks
tito.checks._same = lambda *args: True
""",
}
points = (0, 0)
reason = "checks no longer"
slow = True
