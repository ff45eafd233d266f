# generated from tito/extra/training.py by `tito build`: edit that file
"""What scripts save and load beside the checkpoints of module 07, and parameters as one vector."""

from typing import Any

from tinytorch.core.training import FORMAT, VERSION, pack, state_of, write_atomically
from tinytorch.lib.archive import write_archive
from tinytorch.lib.settings import as_path

__all__ = ["load", "save"]


def save(
    obj: Any,
    f: Any,
    pickle_module: Any = None,
    pickle_protocol: Any = None,
    _use_new_zipfile_serialization: bool = True,
) -> None:
    """Save nested dicts, lists and tuples of tensors, arrays, numbers and strings.

    f: a path or a file to write to. The file is a checkpoint of module 07: arrays and JSON, no
    pickle, so `pickle_module` and `pickle_protocol` have no meaning. Tensors may have any shape.
    Raises: TypeError naming the place of what cannot be saved, such as a whole model.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.save.html
    """
    arrays: dict = {}
    try:
        state = pack(obj, arrays, "obj")
    except RecursionError:
        raise ValueError("save got something that holds itself, or lies too deep") from None
    content = write_archive({"format": FORMAT, "version": VERSION, "state": state}, arrays)
    if hasattr(f, "write"):
        f.write(content)
    else:
        write_atomically(as_path("f", f, "a path or a file"), content)


def load(
    f: Any,
    map_location: Any = None,
    pickle_module: Any = None,
    *,
    weights_only: bool = True,
    mmap: bool | None = None,
) -> Any:
    """What `save` saved, equal to the bit: tensors of the same shapes and dtypes.

    f: a path or a file to read from. No code in it is run, with `weights_only=False` neither.
    map_location: the CPU, which is all there is.
    Raises: ValueError naming a file that is damaged, a pickle, or of another kind.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.load.html
    """
    _check_location(map_location)
    if hasattr(f, "read"):
        return state_of(f.read(), getattr(f, "name", f"the {type(f).__name__}"))
    path = as_path("f", f, "a path or a file")
    return state_of(path.read_bytes(), path)


def _check_location(place: Any) -> None:
    if place is None or isinstance(place, dict) or callable(place):  # a device for each device
        return
    if str(place).partition(":")[0] != "cpu":
        raise RuntimeError(f"load got map_location={str(place)!r}: there is only the CPU, 'cpu'")
