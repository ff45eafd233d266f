"""What module 15 gives ready-made, in sections that quantization.py puts in place."""

# %% given: imports "what the module needs: Python's library, NumPy, layers and their operations"
#| default_exp core.quantization
#| export
import copy
import itertools
import math
from collections.abc import Iterable

import numpy as np

from tinytorch.core.autograd import VJPS, no_grad
from tinytorch.core.convolutions import BatchNorm2d, Conv2d, pad, windows
from tinytorch.core.layers import Identity, Linear, Module, Parameter, Sequential
from tinytorch.core.normalization import BatchNorm1d, fold
from tinytorch.core.tensor import Op, Tensor, grad_mode, tensor
from tinytorch.lib.layer_checks import check_tensors

# %% given: notebook-imports "what only this notebook needs: figures, digits, checks and training"
import tempfile
import time
from pathlib import Path

import matplotlib.pyplot as plt

from tinytorch.core.autograd import backward
from tinytorch.core.layers import ReLU, linear
from tinytorch.core.losses import cross_entropy
from tinytorch.core.optimizers import Adam
from tinytorch.core.tensor import manual_seed
from tinytorch.core.training import save_checkpoint
from tinytorch_data import mnist
from tito.checks import close, equal, raises

# %% given: tests "for the tests: MISTAKES, what misconceptions give"
MISTAKES = {
    "bits": {
        "the error is half a step, not a step": 8,
        "one bit too few: the error would be above 0.01": 6,
    },
    "scale": {
        "divided by 256: between 256 integers there are 255 steps": 2.55 / 256,
        "that is a symmetric grid: the largest absolute value by 127": 1.55 / 127,
        "bits were counted, not integers": 2.55 / 8,
    },
    "zero point": {
        "the sign of low is the wrong way round": -128,
        "qmin is missing": 100,
        "the middle of the integers, not the one that stands for 0": 0,
    },
    "clipped": {
        "it wrapped around: clip before you make it an integer": [-56, 56, 127, -24],
        "all integers of int8 are allowed, -128 too": [127, -127, 127, 127],
    },
    "channels": {
        "one scale for the whole weight": [[1.0], [1.0], [1.0]],
        "the largest value, not the largest absolute value": [[0.01], [10 / 127], [1.0]],
        "divided by 128: the largest integer is 127": [[1.27 / 128], [127 / 128], [1.0]],
        "a unit of zeros got the scale 0": [[0.01], [1.0], [0.0]],
        "a scale for each input, not for each unit": [[10 / 127], [1.0], [3 / 127]],
    },
    "observed": {
        "only the last batch was looked at": (3, 5),
        "the ranges of the batches were averaged": (0.5, 3),
        "the largest absolute value on both sides": (-5, 5),
    },
    "product": {
        "the zero point is missing": [[25, 508, -4], [-138, 254, 3]],
        "the zero point was added": [[25, 1651, -1], [-138, 1397, 6]],
        "the zero point times the number of columns, not times the sum of the row of p": [
            [16, 499, -13],
            [-147, 245, -6],
        ],
    },
    "layer": {
        "the input's scale is missing": [[4.0, 0.0]],
        "the scales of the weight are missing": [[20.0, 0.0]],
        "the zero point is missing": [[7.0, -15.0]],
    },
    "bias": {
        "the bias was added as a float: it belongs to the integers": [[2.26, -1.6]],
        "the bias was rounded by the weight's scale alone": [[2.15, -1.0]],
        "the bias was rounded by the input's scale alone": [[2.05, -1.5]],
        "the bias was added before it was made an integer": [[2.0, -1.0]],
    },
    "fake": {
        "not clipped": [0, 0.5, -1, 0.5, 1, -5],
        "integers, not the values they stand for": [0, 1, -2, 1, 1, -2],
        "nothing was rounded": [0.2, 0.3, -0.9, 0.5, 0.5, -1],
    },
    "fake gradient": {
        "that is the slope of a staircase: say 1 inside the range": [0] * 6,
        "what was clipped gets no gradient": [1, 2, 3, 4, 5, 6],
        "the ends of the range belong to it": [1, 0, 0, 0, 0, 0],
    },
}


# %% given: dequantize "dequantize: the values that integers on a grid stand for"
#| export
def dequantize(q: np.ndarray, scale, zero_point) -> np.ndarray:
    """scale * (q - zero_point), in float32. Shapes: any, kept."""
    return ((q.astype(np.float32) - zero_point) * scale).astype(np.float32)


# %% given: model "a perceptron that reads MNIST, trained for a second or two; accuracy, file_size"
train_images, train_labels, test_images, test_labels = mnist()
rows, labels = train_images.reshape(-1, 784), train_labels
test_rows = tensor(test_images.reshape(-1, 784))
calibration = [tensor(rows[i : i + 64]) for i in range(0, 256, 64)]


def batches_of(steps, size=64, seed=0):
    """Random batches of the training set: (images, labels)."""
    rng = np.random.default_rng(seed)
    for _ in range(steps):
        picked = rng.choice(len(rows), size, replace=False)
        yield tensor(rows[picked]), tensor(labels[picked])


def file_size(model):
    """The bytes of the file in which the state of `model` is saved."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model"
        save_checkpoint(path, model.state_dict())
        return path.stat().st_size


def accuracy(model):
    """The share of the 2,000 test digits that `model` reads."""
    with no_grad():
        return float((model(test_rows).argmax(dim=1).numpy() == test_labels).mean())


def milliseconds(model, times=21):
    """The median time that `model` takes for the 2,000 test digits, on this thread."""
    found = []
    with no_grad():
        for _ in range(times):
            begun = time.thread_time()
            model(test_rows)
            found.append(1000 * (time.thread_time() - begun))
    return float(np.median(found))


manual_seed(0)
model = Sequential(Linear(784, 128), ReLU(), Linear(128, 64), ReLU(), Linear(64, 10))
optimizer = Adam(model.parameters(), lr=2e-3)
for images, answers in batches_of(400):
    optimizer.zero_grad()
    backward(cross_entropy(model(images), answers))
    optimizer.step()
model.eval()
print(f"a perceptron that reads {accuracy(model):.1%} of the test digits")


# %% given: grids "the figures: the staircase of four bits, and weights on grids of 8, 4 and 2 bits"
def on_grid(weight, bits, scales):
    """The weight rounded to a symmetric grid of so many bits, as floats."""
    most = 2 ** (bits - 1) - 1
    return dequantize(quantize(weight, scales, 0, -most, most), scales, 0)


x = np.linspace(-1.5, 1.5, 601)
scale, zero = affine_grid(-1.0, 1.0, -8, 7)
fig, axes = plt.subplots(1, 4, figsize=(10, 2.4), layout="constrained")
axes[0].plot(x, x, color="lightgray")
axes[0].plot(x, dequantize(quantize(x, scale, zero, -8, 7), scale, zero))
axes[0].set(title="four bits, -1 to 1", xlabel="x", ylabel="what is stored")
weight = model[0].weight.array
for ax, bits in zip(axes[1:], (8, 4, 2), strict=True):
    step = np.abs(weight).max() / (2 ** (bits - 1) - 1)
    bins = np.linspace(-1.1, 1.1, 121) * np.abs(weight).max()
    ax.hist(weight.reshape(-1), bins, color="lightgray", label="float32")
    ax.hist(on_grid(weight, bits, step).reshape(-1), bins, histtype="step", label=f"{bits} bits")
    ax.set(title=f"weights, {bits} bits", yscale="log", xlabel="value")
    ax.legend(fontsize=7)
plt.show()


# %% given: layers "QuantizedLinear and QuantizedConv2d: layers with int8 weights"
#| export
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


# %% given: whole-model "quantize_model: calibrates a copy and replaces its layers"
#| export
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


# %% given: cliff "accuracy_by_bits, draw_cliff: weights and activations, per tensor, per channel"
def accuracy_by_bits(model):
    """{what: accuracies for 8 to 2 bits}: weights per tensor, per channel, and activations too."""
    found = {}
    for what in ("per tensor", "per channel", "per channel, activations too"):
        found[what] = [coarse_accuracy(model, bits, what) for bits in BITS]
    return found


BITS = range(8, 1, -1)


def coarse_accuracy(model, bits, what):
    """The share of the test digits read with weights, and perhaps inputs, of so many bits."""
    x = test_rows.array
    for layer in model:
        if not isinstance(layer, Linear):
            x = layer(tensor(x)).array
            continue
        weight = layer.weight.array
        scales = channel_scales(weight, bits)
        weight = on_grid(weight, bits, scales.max() if what == "per tensor" else scales)
        if "activations" in what:
            low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
            grid = affine_grid(*observed_range([x], 0.999), low, high)
            x = dequantize(quantize(x, *grid, low, high), *grid)
        x = x @ weight.T + layer.bias.array
    return float((x.argmax(1) == test_labels).mean())


def draw_cliff(curves):
    """Accuracy over bits, a line for each way."""
    _, ax = plt.subplots(figsize=(5.5, 3), layout="constrained")
    for what, values in curves.items():
        ax.plot(BITS, values, "o-", label=what)
        print(f"{what:30}", *(f"{value:6.1%}" for value in values))
    ax.axhline(accuracy(model), color="gray", linestyle=":", label="float32")
    ax.set(xlabel="bits", ylabel="test digits read", ylim=(0, 1))
    ax.invert_xaxis()
    ax.legend(fontsize=8)
    plt.show()


# %% given: fake-quantize "fake_quantize_per_tensor_affine and _per_channel_affine, as PyTorch's"
#| export
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


# %% given: aware "practice: the model learns with weights of two bits; draw_practice"
def through_grid(model, x, bits=2):
    """What `model` computes with weights on the grid, with gradients for the weights behind."""
    most = 2 ** (bits - 1) - 1
    for layer in model:
        if isinstance(layer, Linear):
            scales = tensor(channel_scales(layer.weight.array, bits).reshape(-1))
            points = tensor(np.zeros(len(scales.array), np.int32))
            weight = fake_quantize_per_channel_affine(layer.weight, scales, points, 0, -most, most)
            x = linear(x, weight, layer.bias)
        else:
            x = layer(x)
    return x


def practice(model, steps=300):
    """(losses, norms by layer, accuracy before and after) of a copy with weights of two bits."""
    own = copy.deepcopy(model)
    reads = [coarse_accuracy(own, 2, "per channel")]
    optimizer, losses, norms = Adam(own.parameters(), lr=1e-3), [], []
    for images, answers in batches_of(steps, seed=1):
        optimizer.zero_grad()
        loss = cross_entropy(through_grid(own, images), answers)
        backward(loss)
        optimizer.step()
        losses.append(loss.item())
        norms.append([np.linalg.norm(p.grad.array) for p in own.parameters() if p.ndim == 2])
    return losses, np.array(norms), *reads, coarse_accuracy(own, 2, "per channel")


def draw_practice(losses, norms):
    """The loss, and the norm of each weight's gradient, as a mean of 20 steps."""
    _, (left, right) = plt.subplots(1, 2, figsize=(8, 2.6), layout="constrained")
    left.plot(losses)
    left.set(xlabel="step", ylabel="loss", ylim=(0, None))
    for column, line in enumerate(norms.T):
        right.plot(np.convolve(line, np.full(20, 1 / 20), "valid"), label=f"layer {column + 1}")
    right.set(xlabel="step", ylabel="norm of the gradient", ylim=(0, None))
    right.legend(fontsize=8)
    plt.show()
