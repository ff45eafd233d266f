"""The sockets of a kernel: made before it is shut in, since in a jail their folder is read-only."""

import json
import socket
from pathlib import Path
from typing import Any

CONNECTION_FILE = "kernel.json"
_WAITING = 100  # connections that may wait, as ZeroMQ has it


def listen(scratch: Path) -> dict[str, int]:
    """A descriptor that listens, for each address that the connection file names."""
    told = json.loads((scratch / CONNECTION_FILE).read_text())
    ports = [port for name, port in told.items() if name.endswith("_port")]
    return {f"ipc://{told['ip']}-{port}": _listening(f"{told['ip']}-{port}") for port in ports}


def _listening(path: str) -> int:
    Path(path).unlink(missing_ok=True)  # of a kernel that is restarted
    made = socket.socket(socket.AF_UNIX)
    made.bind(path)
    made.listen(_WAITING)
    return made.detach()


def hand_over(descriptors: dict[str, int]) -> None:
    """Let ZeroMQ, in this process, listen at these addresses with these descriptors."""
    import zmq

    bind = zmq.Socket.bind

    def bind_given(self: zmq.Socket[Any], address: str) -> Any:
        if address in descriptors:
            self.setsockopt(zmq.USE_FD, descriptors[address])
        return bind(self, address)

    # ipykernel makes its sockets itself, and takes no descriptors for them.
    zmq.Socket.bind = bind_given  # type: ignore[method-assign,assignment]
