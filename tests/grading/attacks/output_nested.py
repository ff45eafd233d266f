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
