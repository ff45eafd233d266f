# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.nn.functional`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "linear": "layers.linear",
    "relu": "layers.relu",
    "leaky_relu": "layers.leaky_relu",
    "sigmoid": "layers.sigmoid",
    "tanh": "layers.tanh",
    "gelu": "layers.gelu",
    "silu": "layers.silu",
    "softmax": "layers.softmax",
    "dropout": "layers.dropout",
    "elu": "extra.layers.elu",
    "softplus": "extra.layers.softplus",
    "one_hot": "extra.layers.one_hot",
    "log_softmax": "losses.log_softmax",
    "nll_loss": "losses.nll_loss",
    "cross_entropy": "losses.cross_entropy",
    "mse_loss": "losses.mse_loss",
    "l1_loss": "losses.l1_loss",
    "binary_cross_entropy_with_logits": "losses.binary_cross_entropy_with_logits",
    "binary_cross_entropy": "extra.losses.binary_cross_entropy",
    "smooth_l1_loss": "extra.losses.smooth_l1_loss",
    "kl_div": "extra.losses.kl_div",
    "batch_norm": "normalization.batch_norm",
    "layer_norm": "normalization.layer_norm",
    "group_norm": "normalization.group_norm",
    "rms_norm": "normalization.rms_norm",
    "conv2d": "convolutions.conv2d",
    "max_pool2d": "convolutions.max_pool2d",
    "avg_pool2d": "convolutions.avg_pool2d",
    "adaptive_avg_pool2d": "convolutions.adaptive_avg_pool2d",
    "dropout2d": "convolutions.dropout2d",
    "pad": "convolutions.pad",
    "conv_transpose2d": "extra.convolutions.conv_transpose2d",
    "adaptive_max_pool2d": "extra.convolutions.adaptive_max_pool2d",
    "embedding": "embeddings.embedding",
    "scaled_dot_product_attention": "attention.scaled_dot_product_attention",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
