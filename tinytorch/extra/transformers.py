# generated from tito/extra/transformers.py by `tito build`: edit that file
"""PyTorch's transformer encoder, from the parts of modules 03, 08 and 12."""

import copy
from collections.abc import Callable

from tinytorch.core.attention import MultiheadAttention
from tinytorch.core.layers import Dropout, Linear, Module, ModuleList, gelu, relu
from tinytorch.core.normalization import LayerNorm
from tinytorch.core.tensor import Tensor
from tinytorch.lib.layer_checks import check_whole
from tinytorch.lib.modules import placed

__all__ = ["TransformerEncoder", "TransformerEncoderLayer"]

ACTIVATIONS = {"relu": relu, "gelu": gelu}


class TransformerEncoderLayer(Module):
    """Self-attention and a feed-forward network, with norms after the sums, or before the parts.

    Shapes: (t, n, d_model), kept; with batch_first (n, t, d_model); one example without n.
    norm_first: pre-norm. activation: "relu", "gelu" or a function of a tensor.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.TransformerEncoderLayer.html
    """

    @placed
    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Callable[[Tensor], Tensor] = relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
    ):
        super().__init__()
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first)
        self.linear1 = Linear(d_model, dim_feedforward, bias)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias)
        self.dropout1, self.dropout2 = Dropout(dropout), Dropout(dropout)
        self.activation = _function(activation)

    def forward(
        self,
        src: Tensor,
        src_mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool = False,
    ) -> Tensor:
        """Masks as in MultiheadAttention: True is left out. is_causal: src_mask is a causal one."""
        masks = (src_mask, src_key_padding_mask, is_causal)
        if self.norm_first:
            x = src + self._attended(self.norm1(src), *masks)
            return x + self._fed(self.norm2(x))
        x = self.norm1(src + self._attended(src, *masks))
        return self.norm2(x + self._fed(x))

    def _attended(self, x: Tensor, mask: Tensor | None, padding: Tensor | None, causal: bool):
        y, _ = self.self_attn(
            x, x, x, padding, need_weights=False, attn_mask=mask, is_causal=causal
        )
        return self.dropout1(y)

    def _fed(self, x: Tensor) -> Tensor:
        return self.dropout2(self.linear2(self.dropout(self.activation(self.linear1(x)))))


def _function(activation: str | Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    """Raises: RuntimeError for a name that stands for no activation, TypeError for other things."""
    if isinstance(activation, str):
        if activation not in ACTIVATIONS:
            raise RuntimeError(f"activation is 'relu', 'gelu' or a function, not {activation!r}")
        return ACTIVATIONS[activation]
    if not callable(activation):
        raise TypeError(f"activation is 'relu', 'gelu' or a function, not {activation!r}")
    return activation


class TransformerEncoder(Module):
    """`num_layers` copies of `encoder_layer`, one after the other, and a last `norm` if given.

    Shapes: as the layer's, kept. enable_nested_tensor, mask_check: accepted, without effect; there
    is one way to compute.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.TransformerEncoder.html
    """

    def __init__(
        self,
        encoder_layer: Module,
        num_layers: int,
        norm: Module | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ):
        super().__init__()
        if not isinstance(encoder_layer, Module):
            kind = type(encoder_layer).__name__
            raise TypeError(f"TransformerEncoder: encoder_layer is a Module, not {kind}")
        check_whole("TransformerEncoder", num_layers=num_layers)
        self.layers = ModuleList([copy.deepcopy(encoder_layer) for _ in range(num_layers)])
        self.num_layers, self.norm = num_layers, norm

    def forward(
        self,
        src: Tensor,
        mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool | None = None,
    ) -> Tensor:
        """Masks as in the layers. is_causal: None asks nobody, and the mask is used as it is."""
        for layer in self.layers:
            src = layer(src, mask, src_key_padding_mask, bool(is_causal))
        return src if self.norm is None else self.norm(src)
