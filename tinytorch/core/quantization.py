# generated from modules/15_quantization/quantization.py by `tito build`: edit that file

# %% auto #0
__all__ = ['quantized_linear_op', 'quantized_convolution_op', 'KINDS', 'NORMS', 'fake_quantize_op', 'bits_for', 'affine_grid',
           'quantize', 'dequantize', 'channel_scales', 'observed_range', 'int_matmul', 'integer_linear',
           'QuantizedLinear', 'QuantizedConv2d', 'fold_norms', 'fold_into', 'settle', 'quantize_model',
           'fake_quantize_parts', 'check_integers', 'fake_quantize_per_tensor_affine', 'one_number',
           'fake_quantize_per_channel_affine']

# %% #465f4a0950f1
import copy
import itertools
import math
from collections.abc import Iterable

import numpy as np

from .autograd import VJPS, no_grad
from .convolutions import BatchNorm2d, Conv2d, pad, windows
from .layers import Identity, Linear, Module, Parameter, Sequential
from .normalization import BatchNorm1d, fold
from .tensor import Op, Tensor, grad_mode, tensor
from ..lib.layer_checks import check_tensors

# %% #bits-for
def bits_for(low: float, high: float, error: float) -> int:
    """The fewest bits with which no value from low to high moves by more than `error`.

    A grid needs at least one bit. Raises: ValueError that names the value if error is not above 0
    (nan is not), and one that names both if low is above high.
    """
    if low > high:
        raise ValueError(f"bits_for: low is {low}, above high, {high}")
    if not error > 0:
        raise ValueError(f"bits_for: error must be above 0, not {error}")
    bits = 1
    while (high - low) / (2**bits - 1) / 2 > error:
        bits += 1
    return bits

# %% #affine-grid
def affine_grid(low: float, high: float, qmin: int = -128, qmax: int = 127) -> tuple[float, int]:
    """(scale, zero_point) of the grid of integers qmin to qmax over the values low to high.

    The range is widened to hold 0, and the zero point, an int, lies between qmin and qmax. Where
    low = high = 0 the scale is 1.0. low and high are finite, and low is not above high.
    Source: Jacob et al. (2018), Quantization and Training of Neural Networks, arXiv:1712.05877.
    """
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (qmax - qmin) or 1.0
    zero_point = qmin - round(low / scale)
    return float(scale), int(min(max(zero_point, qmin), qmax))

# %% #quantize
def quantize(x: np.ndarray, scale, zero_point, qmin: int = -128, qmax: int = 127) -> np.ndarray:
    """The values of `x` as int8 on the grid: rounded to the nearest, clipped to qmin and qmax.

    scale, zero_point: numbers, or arrays that broadcast with x. Halves go to the even integer, as
    `np.rint` does. x is not changed.
    Shapes: any, kept. Dtype: int8, whatever that of x.
    """
    q = np.rint(x / scale) + zero_point
    return np.clip(q, qmin, qmax).astype(np.int8)

# %% #8425f455cd35
def dequantize(q: np.ndarray, scale, zero_point) -> np.ndarray:
    """scale * (q - zero_point), in float32. Shapes: any, kept."""
    return ((q.astype(np.float32) - zero_point) * scale).astype(np.float32)

# %% #channel-scales
def channel_scales(weight: np.ndarray, bits: int = 8) -> np.ndarray:
    """A scale for each output channel: its largest absolute value is the largest integer.

    weight: (out, ...), the channels along dimension 0. The largest integer is 2**(bits - 1) - 1.
    A channel of zeros has the scale 1, and so has one without values.
    Shapes: (out, ...) -> (out, 1, ..., 1), with as many dimensions, to broadcast. float32.
    """
    rest = tuple(range(1, weight.ndim))
    largest = np.abs(weight).max(axis=rest, keepdims=True, initial=0.0)
    scales = largest / (2 ** (bits - 1) - 1)
    return np.where(scales == 0, 1, scales).astype(np.float32)

# %% #observed-range
def observed_range(batches, keep: float = 1.0) -> tuple[float, float]:
    """(low, high): the range that holds the share `keep` of all values of all batches.

    batches: arrays of any shapes, one at least, with values. keep = 1: the smallest and the largest
    value of all. Less: as much is cut off at either end, by `np.quantile` of all values together.
    Raises: ValueError that names keep unless 0 < keep <= 1, and that says "no values" if there
    are none.
    """
    if not 0 < keep <= 1:
        raise ValueError(f"observed_range: keep must be above 0 and at most 1, not {keep}")
    values = [np.asarray(batch).reshape(-1) for batch in batches]
    if not sum(map(len, values)):
        raise ValueError("observed_range: there are no values to take the range of")
    cut = (1 - keep) / 2
    low, high = np.quantile(np.concatenate(values), [cut, 1 - cut])
    return float(low), float(high)

# %% #int-matmul
def int_matmul(q: np.ndarray, zero_point: int, p: np.ndarray, block: int = 1000) -> np.ndarray:
    """The sums of (q - zero_point) * p over the last dimension of both, exact, in int32.

    q: int8 (..., k), from -128 to 127. p: int8 (n, k), from -127 to 127. Products are taken in
    float32, for at most `block` values of k at a time, which keeps them exact.
    Shapes: (..., k), (n, k) -> (..., n). q and p are not changed.
    """
    total = np.zeros((*q.shape[:-1], len(p)), np.int32)
    for first in range(0, q.shape[-1], block):
        part = slice(first, first + block)
        left, right = q[..., part].astype(np.float32), p[:, part].astype(np.float32)
        total += (left @ right.T).astype(np.int32)  # (..., block) @ (block, n)
    return total - zero_point * p.sum(axis=1, dtype=np.int32)

# %% #integer-linear
def integer_linear(x, grid: tuple, p: np.ndarray, scales: np.ndarray, bias=None) -> np.ndarray:
    """x @ weight.T + bias, computed in integers: quantize, multiply, add the bias, rescale.

    x: float32 (..., k). grid: (scale, zero_point) of x, in int8. p: the weight (n, k), int8, with
    its scales (n, 1), as `channel_scales` gives them. bias: float32 (n,) or None; it is rounded to
    the nearest multiple of scale * scales, for each unit, and added as an integer.
    Shapes: (..., k) -> (..., n). Dtype: float32.
    """
    scale, zero_point = grid
    total = int_matmul(quantize(x, scale, zero_point), zero_point, p)
    steps = (scale * scales.reshape(-1)).astype(np.float32)  # (n,)
    if bias is not None:
        total = total + np.rint(bias / steps).astype(np.int32)
    return (total * steps).astype(np.float32)

# %% #dde0c97b7f96
# They pass the gate, so that a profiler sees them; the weight is an input for its shape only.
quantized_linear_op = Op("quantized_linear", lambda x, weight, compute: compute(x))
quantized_convolution_op = Op("quantized_convolution", lambda x, weight, compute: compute(x))


class _Quantized(Module):
    """What the quantized layers share: int8 weights, a scale for each output, the input's grid.

    Buffers: weight (out, ...) int8, weight_scale (out, 1) float32, bias (out,) float32 or None,
    input_scale () float32 and input_zero_point () int32. There is no parameter, and nothing to
    train: RuntimeError in training mode, and for an input that wants a gradient.
    """

    def _hold(self, weight: np.ndarray, bias, grid: tuple) -> None:
        is_pair = isinstance(grid, tuple) and len(grid) == 2
        if not is_pair or type(grid[0]) is not float or type(grid[1]) is not int or grid[0] <= 0:
            raise TypeError(
                f"{type(self).__name__}: grid is (scale, zero_point) as affine_grid gives it, a "
                f"float above 0 and an int, not {str(grid)[:80]}"
            )
        scales = channel_scales(weight)
        self.register_buffer("weight", tensor(quantize(weight, scales, 0, -127, 127)))
        self.register_buffer("weight_scale", tensor(scales.reshape(-1, 1)))
        self.register_buffer("bias", None if bias is None else tensor(bias.astype(np.float32)))
        self.register_buffer("input_scale", tensor(np.float32(grid[0])))
        self.register_buffer("input_zero_point", tensor(np.int32(grid[1])))

    def _input(self, input: Tensor) -> Tensor:
        check_tensors(type(self).__name__, input=input)
        if self.training or (grad_mode.enabled and input.requires_grad):
            raise RuntimeError(
                f"{type(self).__name__} computes with int8 weights, through which no gradient "
                "flows: train the model first, then quantize it; call eval() to use it"
            )
        return input

    def _products(self, rows: np.ndarray, outputs: slice = slice(None)) -> np.ndarray:
        """`integer_linear` of rows (..., k), for some of the outputs."""
        grid = float(self.input_scale.array), int(self.input_zero_point.array)
        weight = self.weight.array[outputs].reshape(-1, rows.shape[-1])
        bias = None if self.bias is None else self.bias.array[outputs]
        return integer_linear(rows, grid, weight, self.weight_scale.array[outputs], bias)


class QuantizedLinear(_Quantized):
    """A linear layer that computes in integers, made from one with float32 weights.

    Shapes: (..., in_features) -> (..., out_features). See `quantize_model`.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.ao.nn.quantized.Linear.html
    """

    def __init__(self, linear: Linear, grid: tuple):
        super().__init__()
        if not isinstance(linear, Linear):
            raise TypeError(f"QuantizedLinear is made from a Linear, not {type(linear).__name__}")
        self.in_features, self.out_features = linear.in_features, linear.out_features
        bias = None if linear.bias is None else linear.bias.array
        self._hold(linear.weight.array.astype(np.float32), bias, grid)
        self.eval()

    def forward(self, input: Tensor) -> Tensor:
        shape = self._input(input).shape
        if not shape or shape[-1] != self.in_features:
            raise RuntimeError(
                f"QuantizedLinear({self.in_features} -> {self.out_features}) got an input of shape "
                f"{tuple(shape)}"
            )
        with no_grad():
            return quantized_linear_op(input, self.weight, compute=self._products)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, int8"


class QuantizedConv2d(_Quantized):
    """A convolution that computes in integers: windows of the input, then as a linear layer.

    Shapes: (n, in_channels, h, w) -> (n, out_channels, h_out, w_out). See `quantize_model`. Padding
    comes before quantizing, so that its zeros are the zero point.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.ao.nn.quantized.Conv2d.html
    """

    def __init__(self, conv: Conv2d, grid: tuple):
        super().__init__()
        if not isinstance(conv, Conv2d):
            raise TypeError(f"QuantizedConv2d is made from a Conv2d, not {type(conv).__name__}")
        self.kernel_size, self.stride, self.dilation = conv.kernel_size, conv.stride, conv.dilation
        self.groups, self.around = conv.groups, conv._around()
        self.mode = "constant" if conv.padding_mode == "zeros" else conv.padding_mode
        self.in_channels, self.out_channels = conv.in_channels, conv.out_channels
        bias = None if conv.bias is None else conv.bias.array
        self._hold(conv.weight.array.astype(np.float32), bias, grid)
        self.eval()

    def forward(self, input: Tensor) -> Tensor:
        x = self._input(input)
        if x.ndim != 4 or x.shape[1] != self.in_channels:
            raise RuntimeError(
                f"QuantizedConv2d({self.in_channels} -> {self.out_channels}) got an input of shape "
                f"{tuple(x.shape)}"
            )
        with no_grad():
            wide = pad(x, self.around, self.mode)
            return quantized_convolution_op(wide, self.weight, compute=self._slide)

    def _slide(self, wide: np.ndarray) -> np.ndarray:
        """The convolution of padded images (n, c, h, w)."""
        seen = windows(wide, self.kernel_size, self.stride, self.dilation)
        seen = seen.transpose(0, 2, 3, 1, 4, 5)  # (n, h_out, w_out, c, kh, kw)
        (*places, _, _, _), ins = seen.shape, self.in_channels // self.groups
        outs, parts = self.out_channels // self.groups, []
        for group in range(self.groups):
            rows = seen[:, :, :, group * ins : (group + 1) * ins].reshape(*places, -1)
            parts.append(self._products(rows, slice(group * outs, (group + 1) * outs)))
        y = np.concatenate(parts, axis=-1).transpose(0, 3, 1, 2)  # (n, out, h_out, w_out)
        return np.ascontiguousarray(y)

    def extra_repr(self) -> str:
        shown = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}"
        return f"{shown}, stride={self.stride}, int8"

# %% #a1ad6c9c76b4
KINDS = {Linear: QuantizedLinear, Conv2d: QuantizedConv2d}
NORMS = {Linear: BatchNorm1d, Conv2d: BatchNorm2d}


def fold_norms(model: Module) -> None:
    """Fold each batch norm that follows a layer in a Sequential into the layer, in place."""
    for module in model.modules():
        if not isinstance(module, Sequential):
            continue
        names = list(module._modules)
        for name, follower in itertools.pairwise(names):
            layer, norm = module._modules[name], module._modules[follower]
            if type(norm) is NORMS.get(type(layer)) and norm.running_mean is not None:
                fold_into(layer, norm)
                setattr(module, follower, Identity())


def fold_into(layer: Module, norm: Module) -> None:
    """Give `layer` weight and bias that compute what `norm(layer(x))` computes in evaluation."""
    affine = (None if p is None else p.array for p in (norm.weight, norm.bias))
    scale, shift = fold(norm.running_mean.array, norm.running_var.array, norm.eps, *affine)
    bias = 0 if layer.bias is None else layer.bias.array
    with no_grad():
        layer.weight *= tensor(scale.reshape(-1, *[1] * (layer.weight.ndim - 1)))
    layer.bias = Parameter(tensor((shift + scale * bias).astype(np.float32)))


def settle(layer: Module) -> None:
    """Give `layer` as parameters what a hook computed before its last forward pass.

    A mask of module 16 computes the weight so, from a parameter `weight_orig`.
    """
    for name in ("weight", "bias"):
        if f"{name}_orig" in dict(layer.named_parameters()):
            value = getattr(layer, name).array.copy()
            for attribute in (name, f"{name}_orig", f"{name}_mask"):
                delattr(layer, attribute)
            layer.register_parameter(name, Parameter(tensor(value)))
            layer._forward_pre_hooks.clear()


def quantize_model(model: Module, batches, keep: float = 1.0) -> Module:
    """A copy of `model` with int8 layers in place of its Linear and Conv2d ones, in evaluation.

    batches: inputs to calibrate with, tensors of the shapes that the model takes, from the training
    set. keep: the share of the values that the grids hold, see `observed_range`. Batch norms behind
    a layer in a Sequential are folded into it. `model` stays as it is.
    Raises: TypeError unless `model` is a Module; ValueError naming the layer that no batch reached,
    or if there is no layer to quantize.
    """
    if not isinstance(model, Module):
        raise TypeError(f"quantize_model takes a module, not {type(model).__name__}")
    if isinstance(keep, bool) or not isinstance(keep, (int, float)):
        raise TypeError(f"quantize_model: keep is a share of 1, not {type(keep).__name__}")
    is_list = isinstance(batches, Iterable) and not isinstance(batches, (str, dict, Tensor))
    batches = list(batches) if is_list else [None]
    if not all(isinstance(batch, Tensor) for batch in batches):
        raise TypeError("quantize_model: batches is a list of tensors, or a loader of such")
    ready = Sequential(
        copy.deepcopy(model)
    ).eval()  # around it, so that a lone layer can be replaced
    with no_grad():
        for batch in batches[:1]:
            ready(batch)  # so that masks, which are multiplied in each forward pass, are up to date
    for layer in ready.modules():
        if type(layer) in KINDS:
            settle(layer)
    fold_norms(ready)
    seen: dict = {name: [] for name, layer in ready.named_modules() if type(layer) in KINDS}
    if not seen:
        raise ValueError("quantize_model: the model has no Linear or Conv2d to quantize")
    handles = [
        ready.get_submodule(name).register_forward_pre_hook(
            lambda _, args, inputs=inputs: inputs.append(args[0].array.copy())
        )
        for name, inputs in seen.items()
    ]
    with no_grad():
        for batch in batches:
            ready(batch)
    for handle in handles:
        handle.remove()
    for name, inputs in seen.items():
        if not inputs:
            raise ValueError(f"quantize_model: no batch reached the layer {name[2:]!r}")
        above, _, last = name.rpartition(".")
        layer = ready.get_submodule(name)
        grid = affine_grid(*observed_range(inputs, keep))
        setattr(ready.get_submodule(above), last, KINDS[type(layer)](layer, grid))
    return ready[0]

# %% #fake-quantize
def fake_quantize_parts() -> tuple:
    """Rounding to the grid in floats, and its straight-through rule: two functions.

    forward(x, scale, zero_point, qmin, qmax): the values that the grid's integers stand for.
    rule(g, x, scale, zero_point, qmin, qmax): the gradient of x, if g is that of the result: g
    where the integer, before clipping, lay within qmin and qmax, ends included; else 0.
    scale, zero_point: numbers or arrays that broadcast. Shapes as x, and the dtype stays.
    Source: Bengio, Leonard and Courville (2013), arXiv:1308.3432, section 2.3.
    """

    def forward(x, scale, zero_point, qmin, qmax):
        q = np.clip(np.rint(x / scale) + zero_point, qmin, qmax)
        return ((q - zero_point) * scale).astype(x.dtype)

    def rule(g, x, scale, zero_point, qmin, qmax):
        q = np.rint(x / scale) + zero_point
        return np.where((q >= qmin) & (q <= qmax), g, 0).astype(g.dtype)

    return forward, rule

# %% #d6c2b216b989
fake_quantize_op = Op(
    "fake_quantize",
    lambda x, **grid: (fake_quantize_parts()[0](x, **grid), x),
    doc="Values rounded to a grid of integers, with a straight-through gradient.",
)
VJPS[fake_quantize_op] = (lambda g, saved, x, **grid: fake_quantize_parts()[1](g, saved, **grid),)


def check_integers(name: str, zero_point, quant_min: int, quant_max: int) -> None:
    """Raises: TypeError, RuntimeError unless these are integers, with the zero point among them."""
    for what, value in (("quant_min", quant_min), ("quant_max", quant_max)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            raise TypeError(f"{name}: {what} is a whole number, not {value!r}")
    if quant_min > quant_max:
        raise RuntimeError(f"{name}: quant_min is {quant_min}, above quant_max, {quant_max}")
    points = np.asarray(zero_point)
    if not ((points >= quant_min) & (points <= quant_max)).all():
        raise RuntimeError(
            f"{name}: the zero point must be between quant_min, {quant_min}, and quant_max, "
            f"{quant_max}"
        )


def fake_quantize_per_tensor_affine(
    input: Tensor, scale, zero_point, quant_min: int, quant_max: int
) -> Tensor:
    """`input` rounded to the grid of integers quant_min to quant_max, as floats.

    scale, zero_point: numbers, or tensors of one value. Shapes: any, kept.
    Raises: TypeError, RuntimeError if the grid is none.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.fake_quantize_per_tensor_affine.html
    """
    name = "fake_quantize_per_tensor_affine"
    check_tensors(name, input=input)
    scale, zero_point = (one_number(name, x) for x in (scale, zero_point))
    zero_point = int(zero_point)
    check_integers(name, zero_point, quant_min, quant_max)
    grid = {"zero_point": zero_point, "qmin": quant_min, "qmax": quant_max}
    return fake_quantize_op(input, scale=scale, **grid)


def one_number(name: str, x) -> float:
    """The number in `x`, a number or a tensor of one value."""
    if isinstance(x, Tensor) and x.numel() == 1:
        return x.item()
    if isinstance(x, (int, float, np.number)) and not isinstance(x, bool):
        return x
    raise TypeError(f"{name}: scale and zero_point are numbers or tensors of one, not {x!r}")


def fake_quantize_per_channel_affine(
    input: Tensor, scale: Tensor, zero_point: Tensor, axis: int, quant_min: int, quant_max: int
) -> Tensor:
    """`input` rounded to a grid of its own for each channel along dimension `axis`, as floats.

    Shapes: input any, kept; scale and zero_point (channels,).
    Raises: TypeError, RuntimeError if shapes do not fit or a grid is none.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.fake_quantize_per_channel_affine.html
    """
    name = "fake_quantize_per_channel_affine"
    check_tensors(name, input=input, scale=scale, zero_point=zero_point)
    if isinstance(axis, bool) or not isinstance(axis, int) or not 0 <= axis < input.ndim:
        raise RuntimeError(
            f"{name}: the channels run along a dimension from 0 to {input.ndim - 1}, not {axis!r}"
        )
    if scale.shape != (input.shape[axis],) or zero_point.shape != scale.shape:
        raise RuntimeError(
            f"{name}: scale {tuple(scale.shape)} and zero_point {tuple(zero_point.shape)} must "
            f"have a value for each of the {input.shape[axis]} channels along dimension {axis}"
        )
    check_integers(name, zero_point.array, quant_min, quant_max)
    shape = [-1 if d == axis else 1 for d in range(input.ndim)]
    scales, points = (x.array.reshape(shape) for x in (scale, zero_point))
    return fake_quantize_op(input, scale=scales, zero_point=points, qmin=quant_min, qmax=quant_max)
