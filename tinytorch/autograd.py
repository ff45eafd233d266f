# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.autograd`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "backward": "autograd.backward",
    "gradcheck": "autograd.gradcheck",
    "detect_anomaly": "autograd.detect_anomaly",
    "draw_graph": "autograd.draw_graph",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
