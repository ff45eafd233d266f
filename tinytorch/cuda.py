# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.cuda`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "is_available": "extra.tensor.never",
    "device_count": "extra.tensor.none",
    "manual_seed": "extra.tensor.seed_of_no_gpu",
    "manual_seed_all": "extra.tensor.seed_of_no_gpu",
    "empty_cache": "extra.tensor.without_effect",
    "memory_allocated": "extra.tensor.none",
    "max_memory_allocated": "extra.tensor.none",
    "memory_reserved": "extra.tensor.none",
    "is_initialized": "extra.tensor.never",
    "current_device": "extra.tensor.needs_gpu",
    "get_device_name": "extra.tensor.needs_gpu",
    "get_device_properties": "extra.tensor.needs_gpu",
    "set_device": "extra.tensor.needs_gpu",
    "synchronize": "extra.tensor.needs_gpu",
    "FloatTensor": "extra.tensor.CudaFloatTensor",
    "DoubleTensor": "extra.tensor.CudaDoubleTensor",
    "IntTensor": "extra.tensor.CudaIntTensor",
    "LongTensor": "extra.tensor.CudaLongTensor",
    "ByteTensor": "extra.tensor.CudaByteTensor",
    "BoolTensor": "extra.tensor.CudaBoolTensor",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
