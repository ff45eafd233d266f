# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.profiler`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "profile": "profiling.profile",
    "record_function": "profiling.record_function",
    "ProfilerActivity": "profiling.ProfilerActivity",
    "count_flops": "profiling.count_flops",
    "count_memory": "profiling.count_memory",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
