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
