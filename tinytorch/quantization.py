# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.quantization`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "quantize_per_tensor": "quantization.quantize_per_tensor",
    "quantize_per_channel": "quantization.quantize_per_channel",
    "calibrate": "quantization.calibrate",
    "QuantizedLinear": "quantization.QuantizedLinear",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
