# generated from tito/extra/convolutions.py by `tito build`: edit that file
"""Beside module 09: transposed convolution, adaptive max pooling, and layers that only reshape."""

from typing import Any

from tinytorch.core.autograd import VJPS, no_grad
from tinytorch.core.convolutions import (
    Conv2d,
    adaptive_sizes,
    conv_parameters,
    for_batches,
    pad,
)
from tinytorch.core.layers import Module
from tinytorch.core.tensor import Op, Tensor, cat
from tinytorch.lib import convolution
from tinytorch.lib.conv_checks import check_choice, check_conv, check_sizes, pair
from tinytorch.lib.layer_checks import check_tensors, check_whole
from tinytorch.lib.modules import placed
from tinytorch.lib.sums import total


def transpose_forward(x: Any, weight: Any, bias: Any = None, *, size: tuple, **how: Any) -> Any:
    """The gradient of a convolution's input, run forward; `x` stands for that of its result.

    size: (channels, h, w) of the result.
    """
    y = convolution.input_gradient(x, (len(x), *size), weight, **how)
    return y if bias is None else y + bias[:, None, None]


def transpose_rule_x(
    g: Any, out: Any, x: Any, weight: Any, *bias: Any, size: Any, **how: Any
) -> Any:
    """Without the windows that a large output_padding has room for, and `x` has no values for."""
    return convolution.forward(g, weight, **how)[:, :, : x.shape[2], : x.shape[3]]


def transpose_rule_weight(
    g: Any, out: Any, x: Any, weight: Any, *bias: Any, size: Any, **how: Any
) -> Any:
    return convolution.weight_gradient(x, g, weight.shape, **how)


def transpose_rule_bias(g: Any, out: Any, *inputs: Any, **how: Any) -> Any:
    return total((0, 2, 3), g).reshape(-1)


conv_transpose_op = Op("convolution_transpose", transpose_forward, saves="inputs")
VJPS[conv_transpose_op] = (transpose_rule_x, transpose_rule_weight, transpose_rule_bias)


def conv_transpose2d(
    input: Tensor,
    weight: Tensor,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Tensor:
    """What the gradient does that flows back through a `conv2d`: each value paints its filter.

    Shapes: (n, in, h, w) or (in, h, w), (in, out / groups, kh, kw), (out,) -> (n, out, h_out,
    w_out) or (out, h_out, w_out), with h_out = (h - 1) * stride - 2 * padding
    + dilation * (kh - 1) + output_padding + 1.
    Raises: RuntimeError where shapes do not fit, TypeError for other types.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose2d.html
    """
    name = "conv_transpose2d"
    groups = check_conv(name, input, weight, bias, groups, turned=True)
    step, spread = pair(name, "stride", stride), pair(name, "dilation", dilation)
    both, more = pair(name, "padding", padding, 0), pair(name, "output_padding", output_padding, 0)
    for extra, s, d in zip(more, step, spread, strict=True):
        if extra >= max(s, d):
            raise RuntimeError(
                f"{name}: output_padding {output_padding} must be smaller than stride {stride} or "
                f"dilation {dilation}"
            )
    sizes = tuple(
        (n - 1) * s - 2 * p + d * (k - 1) + extra + 1
        for n, s, p, d, k, extra in zip(
            input.shape[-2:], step, both, spread, weight.shape[2:], more, strict=True
        )
    )
    if min(sizes) < 1:
        raise RuntimeError(f"{name}: nothing is left of {input.shape}: {sizes[0]} x {sizes[1]}")
    size = (weight.shape[1] * groups, *sizes)
    how = {"stride": step, "padding": both, "dilation": spread, "groups": groups, "size": size}
    inputs = (weight,) if bias is None else (weight, bias)
    return for_batches(lambda x: conv_transpose_op(x, *inputs, **how), input)


class ConvTranspose2d(Module):
    """`conv_transpose2d` with a weight and a bias that are learned: it makes images larger.

    Shapes: (n, in_channels, h, w) -> (n, out_channels, h_out, w_out). Learns `weight`
    (in, out / groups, kh, kw) and `bias` (out,), both drawn from -b to b with b = 1 / sqrt(the
    values of weight[0]), as PyTorch does.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html
    """

    @placed
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Any = 1,
        padding_mode: str = "zeros",
    ):
        super().__init__()
        name = "ConvTranspose2d"
        check_sizes(name, in_channels=in_channels, out_channels=out_channels, groups=groups)
        check_choice(name, "zeros", padding_mode=padding_mode)
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = pair(name, "kernel_size", kernel_size)
        self.stride, self.dilation = pair(name, "stride", stride), pair(name, "dilation", dilation)
        self.padding = pair(name, "padding", padding, 0)
        self.output_padding = pair(name, "output_padding", output_padding, 0)
        self.padding_mode = padding_mode
        self.weight, drawn = self._drawn()
        self.register_parameter("bias", drawn if bias else None)

    def _drawn(self) -> tuple:
        """A weight and a bias, as `conv_parameters` draws them where in and out are exchanged."""
        sizes = self.in_channels, self.kernel_size, self.groups
        weight, _ = conv_parameters(self.out_channels, *sizes, bias=False)
        each = self.out_channels // self.groups
        return weight, conv_parameters(each, self.out_channels, self.kernel_size)[1]

    def reset_parameters(self) -> None:
        """Draw weight and bias once more."""
        with no_grad():
            for old, new in zip((self.weight, self.bias), self._drawn(), strict=True):
                if old is not None:
                    old.copy_(new)

    def forward(self, input: Tensor) -> Tensor:
        return conv_transpose2d(
            input,
            self.weight,
            self.bias,
            self.stride,
            self.padding,
            self.output_padding,
            self.groups,
            self.dilation,
        )

    extra_repr = Conv2d.extra_repr


def adaptive_max_pool2d(input: Tensor, output_size: Any) -> Tensor:
    """The largest value of each of (h_out, w_out) windows, which cover the whole image.

    The windows are those of `adaptive_avg_pool2d`; of several largest values the first gets the
    gradient. Shapes: (n, c, h, w) or (c, h, w) -> (n, c, h_out, w_out) or (c, h_out, w_out).
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_max_pool2d.html
    """
    sizes = adaptive_sizes("adaptive_max_pool2d", input, output_size)
    for dim, count in zip((-1, -2), sizes[::-1], strict=True):  # rows first: the first in order
        size, found, dim = input.shape[dim], [], input.ndim + dim
        for i in range(count):
            window = slice(i * size // count, -(-(i + 1) * size // count))
            found.append(input[(slice(None),) * dim + (window,)].max(dim, keepdim=True)[0])
        input = cat(found, dim)
    return input


class AdaptiveMaxPool2d(Module):
    """`adaptive_max_pool2d` as a module. Shapes: (n, c, h, w) -> (n, c, *output_size).

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool2d.html
    """

    def __init__(self, output_size: Any):
        super().__init__()
        self.output_size = output_size

    def forward(self, input: Tensor) -> Tensor:
        return adaptive_max_pool2d(input, self.output_size)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class ZeroPad2d(Module):
    """Zeros around images: `pad` by (left, right, top, bottom), or by a number on all sides.

    Shapes: (n, c, h, w) -> (n, c, top + h + bottom, left + w + right).
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ZeroPad2d.html
    """

    def __init__(self, padding: Any):
        super().__init__()
        self.padding = tuple(padding) if isinstance(padding, (tuple, list)) else (padding,) * 4

    def forward(self, input: Tensor) -> Tensor:
        return pad(input, self.padding)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class Unflatten(Module):
    """Dimension `dim` split into several. Shapes: (n, 8) -> (n, 2, 4) for Unflatten(1, (2, 4)).

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Unflatten.html
    """

    def __init__(self, dim: int, unflattened_size: Any):
        super().__init__()
        check_whole("Unflatten", dim=dim)
        self.dim, self.unflattened_size = dim, unflattened_size

    def forward(self, input: Tensor) -> Tensor:
        check_tensors("Unflatten", input=input)
        return input.unflatten(self.dim, self.unflattened_size)

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"
