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
