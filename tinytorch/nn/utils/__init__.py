# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.nn.utils`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "parameters_to_vector": "extra.layers.parameters_to_vector",
    "vector_to_parameters": "extra.layers.vector_to_parameters",
    "clip_grad_norm_": "training.clip_grad_norm_",
    "clip_grad_value_": "training.clip_grad_value_",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, ['clip_grad', 'prune'])
