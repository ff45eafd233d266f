"""Writing files: whole or not at all, and a failure told in one sentence."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tito.errors import Mistake, cure


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn a failure to write into a Mistake that names the path and the reason."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise Mistake(f"{path} cannot be written ({reason}): {cure(error)}") from error


def write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, whenever the process may be killed."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_bytes(data)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)


def unused(named: Callable[[str], Path]) -> Path:
    """The path for the present second (UTC), or the first after it that is not taken."""
    moment = datetime.now(UTC)
    while (path := named(f"{moment:%Y%m%dT%H%M%S}")).exists():
        moment += timedelta(seconds=1)
    return path
