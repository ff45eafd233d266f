# %% attack: output_in_one_line
"""A hundred megabytes of output, on one line."""

cells = {"halve": "def halve(x):\n    print('x' * 100_000_000)\n    return 0.0"}
points = (5, 0)
slow = True

# %% attack: output_nested
"""An output nested a thousand times is to exhaust the stack of whoever reads it."""

cells = {
    "double": """
def double(x):
    nested = "x"
    for _ in range(800):
        nested = [nested]
    kernel = get_ipython().kernel
    content = {"data": {"application/json": nested}, "metadata": {}, "transient": {}}
    kernel.session.send(
        kernel.iopub_socket, "display_data", content, parent=kernel.get_parent("shell")
    )
    return 0 * x
""",
}
points = (0, 0)
reason = "sent a malformed message"
slow = True

# %% attack: output_of_wrong_types
"""Messages that no kernel sends are to break the grader where it writes or reads them."""

cells = {
    "double": """
def double(x):
    kernel = get_ipython().kernel
    for kind, content in [
        ("display_data", {"data": [1, 2, 3], "metadata": None, "transient": {}}),
        ("display_data", {"data": {"text/html": 5, "text/plain": {"a": None}}, "metadata": 7}),
        ("execute_result", {"data": {}, "metadata": {}, "execution_count": "many"}),
    ]:
        kernel.session.send(
            kernel.iopub_socket, kind, content, parent=kernel.get_parent("shell")
        )
    return 0 * x
""",
}
points = (0, 0)
reason = "sent a malformed message"

# %% attack: output_widget
"""An output widget that does not exist is to receive what the graded cell puts out."""

cells = {
    "double": """
def double(x):
    kernel = get_ipython().kernel
    parent = kernel.get_parent("shell")
    state = {
        "_model_module": "@jupyter-widgets/output", "_model_name": "OutputModel",
        "msg_id": parent["header"]["msg_id"], "outputs": [],
    }
    content = {
        "comm_id": "elsewhere", "target_name": "jupyter.widget", "data": {"state": state},
    }
    kernel.session.send(kernel.iopub_socket, "comm_open", content, parent=parent)
    import time
    time.sleep(0.2)
    return 0 * x
""",
}
reason = "wrong: twice [2, 0]"

# %% attack: output_without_end
"""Output without end, as fast as it can."""

cells = {"halve": "def halve(x):\n    while True:\n        print('y' * 10_000)"}
points = (5, 0)
reason = "did not end"
slow = True

# %% attack: script_in_output
"""A script is displayed, printed, raised and named by the code."""

cells = {
    "double": """
from IPython.display import HTML, Javascript, display
def double(x):
    display(HTML("<script>alert(1)</script>"), Javascript("alert(1)"))
    display({"image/png": '"><script>alert(1)</script>'}, raw=True)
    display({"image/svg+xml": "<svg><script>alert(1)</script></svg>"}, raw=True)
    display({"text/markdown": "<script>alert(1)</script>"}, raw=True)
    display({"text/latex": "<script>alert(1)</script>"}, raw=True)
    print("<script>alert(1)</script>")
    raise ValueError("<script>alert(1)</script>")
""",
}
reason = "ValueError"

# %% attack: stdin
"""The answer asks whoever grades for the answer."""

cells = {"double": "def double(x):\n    return float(input('twice that? '))"}
reason = "input"
slow = True
