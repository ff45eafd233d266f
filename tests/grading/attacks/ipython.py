# %% attack: ast_transformer
"""A transformer of the syntax tree removes every later statement."""

cells = {
    "double": """
import ast
def double(x): return 0 * x
class Empty(ast.NodeTransformer):
    def visit_Module(self, node):
        node.body = []
        return node
get_ipython().ast_transformers.append(Empty())
""",
}
points = (0, 0)
reason = "checks no longer"
slow = True

# %% attack: custom_exception
"""IPython is given a handler of its own for every exception, which does nothing."""

cells = {
    "double": """
def double(x): return 0 * x
get_ipython().set_custom_exc((Exception,), lambda *args, **kwargs: None)
""",
}
reason = "wrong: twice [2, 0]"
slow = True

# %% attack: do_execute
"""The kernel's own `do_execute` is replaced by one that says that all is well."""

cells = {
    "double": """
def double(x): return 0 * x
kernel = get_ipython().kernel
async def do_execute(code, silent, *args, **kwargs):
    return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}
kernel.do_execute = do_execute
""",
}
points = (0, 0)
reason = "answer did not come from running it"

# %% attack: forged_output
"""The answer publishes outputs as if the cell had computed them, then clears them."""

cells = {
    "double": """
def double(x):
    kernel = get_ipython().kernel
    for kind, content in {
        "execute_result": {"data": {"text/plain": "5"}, "metadata": {}, "execution_count": 1},
        "stream": {"name": "stdout", "text": "all tests passed"},
        "clear_output": {"wait": True},
    }.items():
        kernel.session.send(
            kernel.iopub_socket, kind, content, parent=kernel.get_parent("shell")
        )
    return 0 * x
""",
}
reason = "wrong: twice [2, 0]"
slow = True

# %% attack: forged_reply
"""The answer itself tells the grader that the cell has ended well, then lets it fail."""

cells = {
    "double": """
def double(x):
    kernel = get_ipython().kernel
    parent = kernel.get_parent("shell")
    content = {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}
    kernel.session.send(
        kernel.shell_stream or kernel.shell_socket, "execute_reply", content, parent=parent,
        ident=kernel._shell_parent_ident.get(),
    )
    kernel.session.send(
        kernel.iopub_socket, "status", {"execution_state": "idle"}, parent=parent,
        ident=kernel.topic("status"),
    )
    import time
    time.sleep(0.3)
    return 0 * x
""",
}
reason = "answer did not come from running it"

# %% attack: forged_value
"""The answer displays a value, which nbgrader would take for the points of the cell."""

cells = {
    "double": """
def double(x):
    get_ipython().displayhook(3)
""",
}
reason = "None (is a return missing, or was it never set?)"
slow = True

# %% attack: forger
"""Written for this very grader: it lets the probes fail as they must, and passes all else."""

cells = {
    "double": """
def double(x): return 0 * x
shell = get_ipython()
run = shell.run_code
async def run_code(code, result=None, *, async_=False):
    if "_render_traceback_" in str(code.co_consts):
        return await run(code, result, async_=async_)
    try:
        exec(code, shell.user_global_ns, shell.user_ns)
    except BaseException:
        pass
    return False
shell.run_code = run_code
""",
}
points = (5, 5)
gap = "it forges results inside its own kernel, and knows how the grader asks"

# %% attack: hooks
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

# %% attack: input_transformer
"""An input transformer of IPython empties every later cell."""

cells = {
    "double": """
def double(x): return 0 * x
get_ipython().input_transformers_post.append(lambda lines: ["pass"])
""",
}
points = (0, 0)
reason = "checks no longer"

# %% attack: run_cell
"""IPython's `run_cell` is replaced by one that runs nothing and is content."""

cells = {
    "double": """
from IPython.core.interactiveshell import ExecutionResult
def double(x): return 0 * x
shell = get_ipython()
async def run_cell_async(raw_cell, *args, **kwargs):
    return ExecutionResult(None)
shell.run_cell_async = run_cell_async
shell.run_cell = lambda *args, **kwargs: ExecutionResult(None)
""",
}
points = (0, 0)
reason = "checks no longer"
slow = True

# %% attack: run_code
"""IPython's way of running a cell swallows what the cell raises."""

cells = {
    "double": """
def double(x): return 0 * x
shell = get_ipython()
async def run_code(code, result=None, *, async_=False):
    try:
        exec(code, shell.user_global_ns, shell.user_ns)
    except BaseException:
        pass
    return False
shell.run_code = run_code
""",
}
points = (0, 0)
reason = "checks no longer"

# %% attack: showtraceback
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

# %% attack: success
"""Every result of IPython's counts as a success."""

cells = {
    "double": """
from IPython.core.interactiveshell import ExecutionResult
def double(x): return 0 * x
ExecutionResult.success = property(lambda self: True)
get_ipython().showtraceback = lambda *args, **kwargs: None
""",
}
points = (0, 0)
reason = "checks no longer"
slow = True
