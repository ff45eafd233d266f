# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.autograd`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "backward": "autograd.backward",
    "gradcheck": "autograd.gradcheck",
    "detect_anomaly": "autograd.detect_anomaly",
    "draw_graph": "autograd.draw_graph",
    "grad": "extra.autograd.grad",
    "Function": "extra.autograd.Function",
    "Variable": "extra.autograd.Variable",
    "no_grad": "extra.autograd.no_grad",
    "enable_grad": "extra.autograd.enable_grad",
    "set_grad_enabled": "extra.autograd.set_grad_enabled",
    "inference_mode": "extra.autograd.inference_mode",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, ['function', 'profiler', 'variable'])
