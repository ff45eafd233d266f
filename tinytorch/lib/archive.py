# generated from tito/lib/archive.py by `tito build`: edit that file
"""An archive in memory or in a file: arrays and a head of JSON in one `.npz`, without pickle."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["read_archive", "write_archive"]


def write_archive(head: Any, arrays: dict[str, np.ndarray]) -> bytes:
    """The bytes of an archive: `head` in terms of JSON, and arrays by their names."""
    text = np.frombuffer(json.dumps(head).encode(), np.uint8)
    content = io.BytesIO()
    members: dict[str, Any] = {"json": text, **arrays}
    np.savez(content, **members)
    return content.getvalue()


def read_archive(path: str | Path) -> tuple[Any, dict[str, np.ndarray]]:
    """(head, arrays) of the archive in a file; the head is {} where an archive has none.

    Raises: ValueError naming the file, if it is damaged or no archive; OSError if there is none.
    """
    content = Path(path).read_bytes()
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
            return json.loads(arrays.pop("json").tobytes()) if "json" in arrays else {}, arrays
    except Exception as error:  # noqa: BLE001 - damage makes readers of zip and npy raise anything
        reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise ValueError(
            f"{path} is damaged, or is no checkpoint ({reason}): use an older one"
        ) from None
