# generated from tito/lib/archive.py by `tito build`: edit that file
"""An archive in memory or in a file: arrays and a head of JSON in one `.npz`, without pickle."""

import io
import json
import math
import zipfile
from typing import Any

import numpy as np
from numpy.lib import format as npy

__all__ = ["archive_of", "write_archive"]

_HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
_PICKLED = (
    "{} is a pickle, as PyTorch's torch.save writes: reading one runs whatever code is in it, so "
    "it is not read here. In PyTorch, safetensors.torch.save_file(model.state_dict(), path) writes "
    "the same weights; here, load_state_dict takes what safetensors.numpy.load_file(path) gives"
)


def write_archive(head: Any, arrays: dict[str, np.ndarray]) -> bytes:
    """The bytes of an archive: `head` in terms of JSON, and arrays by their names."""
    text = np.frombuffer(json.dumps(head).encode(), np.uint8)
    content = io.BytesIO()
    members: dict[str, Any] = {"json": text, **arrays}
    np.savez(content, **members)
    return content.getvalue()


def archive_of(content: bytes, name: Any) -> tuple[Any, dict[str, np.ndarray]]:
    """(head, arrays) of an archive; the head is {} where an archive has none.

    The archive may be hostile: nothing in it is run, and it takes little more memory than it has
    bytes (some twenty times as much for JSON of empty lists).
    Raises: ValueError naming the file, if it is damaged, no archive, or a pickle.
    """
    if content[8:10] == b'{"':
        raise ValueError(f"{name} is of safetensors: read it with safetensors.numpy.load_file")
    try:
        if not content:
            raise EOFError("it is empty; to read what was just written to it, call seek(0)")
        if content.startswith(b"\x80"):
            raise pickled(name)
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            parts = file.infolist()
            if any(part.filename.endswith(".pkl") for part in parts):
                raise pickled(name)
            if sum(part.file_size for part in parts) > len(content):
                raise ValueError("it announces more than it holds")
            if any(part.compress_type != zipfile.ZIP_STORED for part in parts):
                raise ValueError("its parts are compressed, and a checkpoint's are not")
            arrays = {p.filename.removesuffix(".npy"): array_of(file.read(p)) for p in parts}
        return json.loads(arrays.pop("json").tobytes()) if "json" in arrays else {}, arrays
    except PickledError:
        raise
    except Exception as error:  # noqa: BLE001 - damage makes readers of zip and npy raise anything
        reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise ValueError(
            f"{name} is damaged, or is no checkpoint ({reason}): use an older one"
        ) from None


class PickledError(ValueError):
    """A file that would have to be unpickled."""


def pickled(name: Any) -> PickledError:
    """The error that says what to do with a pickle."""
    return PickledError(_PICKLED.format(name))


def array_of(content: bytes) -> np.ndarray:
    """The array in the bytes of a `.npy` file; nothing is allocated that was not checked."""
    stream = io.BytesIO(content)
    version = npy.read_magic(stream)
    if version not in _HEADERS:
        raise ValueError(f"version {version} of the format npy is not read")
    shape, is_fortran, dtype = _HEADERS[version](stream)
    size, held = math.prod(shape) * dtype.itemsize, len(content) - stream.tell()
    if dtype.kind not in "biuf" or size != held or min(shape, default=0) < 0:
        raise ValueError(f"an array of {dtype} and shape {shape} is in {held} bytes")
    flat = np.frombuffer(content, dtype, offset=stream.tell())
    return flat.reshape(shape, order="F" if is_fortran else "C").copy()
