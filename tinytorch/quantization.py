# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.quantization`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "quantize_model": "quantization.quantize_model",
    "QuantizedLinear": "quantization.QuantizedLinear",
    "QuantizedConv2d": "quantization.QuantizedConv2d",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
