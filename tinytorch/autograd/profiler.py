# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.autograd.profiler`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "record_function": "profiling.record_function",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
