# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.profiler`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "profile": "profiling.profile",
    "record_function": "profiling.record_function",
    "count_flops": "profiling.count_flops",
    "count_memory": "profiling.count_memory",
    "amdahl": "profiling.amdahl",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
