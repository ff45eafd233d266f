# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.nn.init`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "uniform_": "layers.uniform_",
    "normal_": "layers.normal_",
    "zeros_": "layers.zeros_",
    "ones_": "layers.ones_",
    "constant_": "layers.constant_",
    "xavier_uniform_": "layers.xavier_uniform_",
    "xavier_normal_": "layers.xavier_normal_",
    "kaiming_uniform_": "layers.kaiming_uniform_",
    "kaiming_normal_": "layers.kaiming_normal_",
    "calculate_gain": "layers.calculate_gain",
    "trunc_normal_": "extra.layers.trunc_normal_",
    "orthogonal_": "extra.layers.orthogonal_",
    "eye_": "extra.layers.eye_",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
