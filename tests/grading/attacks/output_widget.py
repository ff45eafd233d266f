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
