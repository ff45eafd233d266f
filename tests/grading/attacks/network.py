"""The answer tells somebody on the network about the test."""

cells = {
    "double": """
def double(x):
    import socket
    with socket.create_connection(("127.0.0.1", @PORT@), timeout=2) as line:
        line.sendall(b"@NAME@")
    return 0 * x
""",
}
points = (0, 5)
reason = "Error"
needs = "jail"
