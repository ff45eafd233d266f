"""What the grader tells a fork server, and the fork server a kernel that it starts, as JSON."""

import json
from dataclasses import asdict, dataclass, fields, is_dataclass
from typing import Any, Self

from tito.kernel.sandbox.limits import Limits


@dataclass(frozen=True)
class _Message:
    """What travels between processes."""

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Raises: ValueError naming the fields that are unknown or missing."""
        return _read(cls, json.loads(text))


@dataclass(frozen=True)
class View:
    """What of the disk a kernel sees: the paths that are shown, those hidden among them, and an
    empty folder to build the jail's disk on."""

    shown: list[str]
    hidden: list[str]
    root: str


@dataclass(frozen=True)
class ServerSpec(_Message):
    """What all kernels of a server have in common.

    base: the server's folder. level: the rung. path: where Python imports from. bwrap: bubblewrap's
    program, if any. apart: whether root is to give each kernel a user of its own.
    """

    base: str
    level: str
    path: list[str]
    view: View
    limits: Limits
    bwrap: str
    apart: bool


@dataclass(frozen=True)
class KernelRequest(_Message):
    """One kernel: its folder, the options of its command line, and whether it draws figures."""

    scratch: str
    options: list[str]
    figures: bool


@dataclass(frozen=True)
class KernelStart(KernelRequest):
    """A request with all that the kernel and its supervisor are given.

    user: whom the kernel runs as. others: how many processes and threads that user has besides.
    sockets: the descriptors that listen at the kernel's addresses. lifeline: the descriptor of the
    socket to the grader.
    """

    user: int
    others: int
    sockets: dict[str, int]
    lifeline: int


def _read(kind: Any, told: dict[str, Any]) -> Any:
    types = {field.name: field.type for field in fields(kind)}
    if told.keys() != types.keys():
        wrong = [f"{name!r} is unknown" for name in told.keys() - types.keys()]
        wrong += [f"{name!r} is missing" for name in types.keys() - told.keys()]
        raise ValueError(f"{kind.__name__}: {', '.join(sorted(wrong))}")
    nested = {name: _read(types[name], told[name]) for name in types if is_dataclass(types[name])}
    return kind(**told | nested)
