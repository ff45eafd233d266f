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
