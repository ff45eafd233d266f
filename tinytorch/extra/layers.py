# generated from tito/extra/layers.py by `tito build`: edit that file
"""Beside module 03: more activations, lists of modules and parameters, and ways to start."""

import math
import operator
from collections.abc import Iterable, Iterator, Mapping
from statistics import NormalDist
from typing import Any, Self

import numpy as np

from tinytorch.core.autograd import VJPS, no_grad
from tinytorch.core.layers import Module, Parameter
from tinytorch.core.tensor import Op, Tensor, cat
from tinytorch.lib.layer_checks import check_input, check_number, check_text, tensors_of
from tinytorch.lib.random import source


def softplus_forward(x: Any, beta: float, threshold: float) -> tuple:
    """log(1 + exp(beta * x)) / beta, and its slope, which is saved for the rule."""
    scaled = beta * x
    e = np.exp(-np.abs(scaled))
    smooth = (np.maximum(scaled, 0) + np.log1p(e)) / beta
    is_line = scaled > threshold
    sigmoid = np.where(scaled >= 0, 1, e) / (1 + e)
    return np.where(is_line, x, smooth), np.where(is_line, 1, sigmoid)


def elu_forward(x: Any, alpha: float) -> tuple:
    """x above 0, alpha * (exp(x) - 1) elsewhere, and the slope, which is saved for the rule."""
    below = np.minimum(x, 0)
    is_below = x <= 0
    slope = np.where(is_below, alpha * np.exp(below), 1)
    return np.where(is_below, alpha * np.expm1(below), x), slope


softplus_op, elu_op = Op("softplus", softplus_forward), Op("elu", elu_forward)
for op in (softplus_op, elu_op):
    VJPS[op] = (lambda g, slope, x, **settings: g * slope.astype(g.dtype),)


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """log(1 + exp(beta * input)) / beta, a smooth relu. Shapes: any, kept.

    Where beta * input is above `threshold`, it is `input`. Raises: RuntimeError for integers.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softplus.html
    """
    check_input("softplus", input)
    check_number("softplus", beta=beta, threshold=threshold)
    return softplus_op(input, beta=beta, threshold=threshold)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """`input` where it is above 0, alpha * (exp(input) - 1) elsewhere. Shapes: any, kept.

    inplace: as in `relu`. Raises: RuntimeError for integers.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.elu.html
    """
    check_input("elu", input)
    check_number("elu", alpha=alpha)
    return elu_op(input, alpha=alpha)


def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """For each class index a row of zeros with a 1 at that place, in int64.

    num_classes: the length of a row; with -1, one more than the largest index.
    Shapes: (...) -> (..., num_classes). Raises: RuntimeError for anything but int64, and for an
    index that is no class.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.one_hot.html
    """
    check_input("one_hot", tensor, "fiub")
    index = tensor.array
    if index.dtype != np.int64:
        raise RuntimeError(f"one_hot: class indices are int64, not {index.dtype}: use .long()")
    count = _whole("one_hot: num_classes", num_classes)
    if count == -1 and not index.size:
        raise RuntimeError("one_hot: without an index, num_classes must be given")
    count = int(index.max()) + 1 if count == -1 else count
    if count < 1:
        raise RuntimeError(f"one_hot: num_classes is {count}: it is at least 1, or -1")
    if index.size and not 0 <= index.min() <= index.max() < count:
        raise RuntimeError(f"one_hot: indices run from 0 to {count - 1}, not {index.tolist()}")
    return Tensor((index[..., None] == np.arange(count)).astype(np.int64))


def _whole(what: str, value: Any) -> int:
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{what} is a whole number, not {value!r}") from None


class Softplus(Module):
    """`softplus` as a module. Shapes: any, kept.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softplus.html
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0):
        super().__init__()
        self.beta, self.threshold = beta, threshold

    def forward(self, input: Tensor) -> Tensor:
        return softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"


class ELU(Module):
    """`elu` as a module. Shapes: any, kept.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ELU.html
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False):
        super().__init__()
        self.alpha, self.inplace = alpha, inplace

    def forward(self, input: Tensor) -> Tensor:
        return elu(input, self.alpha)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}" + ", inplace=True" * self.inplace


class ModuleDict(Module):
    """A dict of modules whose parameters are found. It has no forward.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ModuleDict.html
    """

    def __init__(self, modules: Mapping | Iterable = ()):
        super().__init__()
        self.update(modules)

    def __getitem__(self, key: str) -> Module:
        check_text("ModuleDict", key=key)
        if key not in self._modules:
            known = ", ".join(self._modules) or "none"
            raise KeyError(f"there is no module {key!r}: ModuleDict has {known}")
        return self._modules[key]

    def __setitem__(self, key: str, module: Module) -> None:
        check_text("ModuleDict", key=key)
        self.add_module(key, module)

    def __delitem__(self, key: str) -> None:
        self.pop(key)

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __contains__(self, key: str) -> bool:
        return key in self._modules

    def keys(self) -> Iterable[str]:
        """The names, in the order in which they came."""
        return self._modules.keys()

    def values(self) -> Iterable[Module]:
        """The modules."""
        return self._modules.values()

    def items(self) -> Iterable[tuple[str, Module]]:
        """The pairs of both."""
        return self._modules.items()

    def pop(self, key: str) -> Module:
        """The module `key`, which is taken out."""
        module = self[key]
        del self._modules[key]
        return module

    def clear(self) -> None:
        """Take all modules out."""
        self._modules.clear()

    def update(self, modules: Mapping | Iterable) -> None:
        """Take modules in: from a dict, or pairs of names and modules."""
        try:
            pairs = dict(modules)
        except (TypeError, ValueError):
            raise TypeError(
                f"ModuleDict takes a dict, or pairs of names and modules, not {modules!r}"
            ) from None
        for key, module in pairs.items():
            self[key] = module


class ParameterList(Module):
    """A list of parameters that a module which holds it learns. It has no forward.

    Tensors in it become parameters. Shapes: any.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ParameterList.html
    """

    def __init__(self, values: Iterable = ()):
        super().__init__()
        self.extend(values)

    def __len__(self) -> int:
        return len(self._parameters)

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._parameters.values())

    def _name(self, index: int) -> str:
        number = _whole("ParameterList: an index", index)
        if not -len(self) <= number < len(self):
            raise IndexError(f"there is no parameter {number}: ParameterList has {len(self)}")
        return str(number % len(self))

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return ParameterList(list(self)[index])
        return self._parameters[self._name(index)]

    def __setitem__(self, index: int, value: Tensor) -> None:
        self.register_parameter(self._name(index), _parameter(value))

    def append(self, value: Tensor) -> Self:
        """Put a parameter after the last one; returns self."""
        self.register_parameter(str(len(self)), _parameter(value))
        return self

    def extend(self, values: Iterable) -> Self:
        """Put parameters after the last one; returns self."""
        if not isinstance(values, Iterable) or isinstance(values, Tensor):
            kind = type(values).__name__
            raise TypeError(f"ParameterList takes parameters in a list, not {kind}")
        for value in list(values):
            self.append(value)
        return self

    def __iadd__(self, values: Iterable) -> Self:
        return self.extend(values)

    def extra_repr(self) -> str:
        return ", ".join(str(parameter.shape) for parameter in self)


def _parameter(value: Any) -> Parameter:
    if not isinstance(value, Tensor):
        raise TypeError(f"ParameterList holds parameters, not {type(value).__name__}")
    return value if isinstance(value, Parameter) else Parameter(value)


def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Any = None,
) -> Tensor:
    """Fill with normal random numbers, drawing those outside of `a` to `b` anew; the shape stays.

    Raises: ValueError if fewer than 1 in 1,000 numbers would lie inside.
    Source: https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.trunc_normal_
    """
    check_input("trunc_normal_", tensor)
    check_number("trunc_normal_", mean=mean, std=std, a=a, b=b)
    if std <= 0 or NormalDist(mean, std).cdf(b) - NormalDist(mean, std).cdf(a) < 1e-3:
        raise ValueError(f"trunc_normal_: mean {mean}, std {std}: almost nothing is in {a} to {b}")
    rng = source(generator).rng
    values = rng.standard_normal(tensor.shape) * std + mean
    while (outside := (values < a) | (values > b)).any():
        values[outside] = rng.standard_normal(int(outside.sum())) * std + mean
    return _filled(tensor, values)


def orthogonal_(tensor: Tensor, gain: float = 1.0, generator: Any = None) -> Tensor:
    """Fill with rows, or columns if those are fewer, that are orthogonal, each of the norm `gain`.

    Shapes: at least 2 dimensions, those after the first merged. Raises: ValueError for fewer.
    Source: Saxe, McClelland and Ganguli (2014), arXiv:1312.6120.
    """
    check_input("orthogonal_", tensor)
    check_number("orthogonal_", gain=gain)
    if tensor.ndim < 2:
        raise ValueError(f"orthogonal_ fills at least 2 dimensions, not the shape {tensor.shape}")
    rows, columns = tensor.shape[0], math.prod(tensor.shape[1:])
    rng = source(generator).rng
    drawn = rng.standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(drawn)
    q *= np.where(np.diag(r) < 0, -1, 1)  # or the signs would not be uniform
    return _filled(tensor, gain * (q if rows >= columns else q.T).reshape(tensor.shape))


def eye_(tensor: Tensor) -> Tensor:
    """Fill a matrix with ones on the diagonal and zeros elsewhere; the shape stays.

    Raises: ValueError for a shape that is no matrix's.
    Source: https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.eye_
    """
    check_input("eye_", tensor, "fiub")
    if tensor.ndim != 2:
        raise ValueError(f"eye_ fills a matrix, of 2 dimensions, not the shape {tensor.shape}")
    return _filled(tensor, np.eye(*tensor.shape))


def _filled(tensor: Tensor, values: np.ndarray) -> Tensor:
    with no_grad():
        return tensor.copy_(values.astype(tensor.dtype))


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """All values of the parameters, one after another. Shapes: any -> (number of values,).

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.parameters_to_vector.html
    """
    return cat([parameter.reshape(-1) for parameter in tensors_of(parameters)])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Write the values of a vector into the parameters. Shapes: (number of values,) -> theirs.

    Raises: RuntimeError if there are more or fewer values than places.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.vector_to_parameters.html
    """
    check_input("vector_to_parameters", vec, "fiub")
    into = tensors_of(parameters)
    places = sum(parameter.numel() for parameter in into)
    if vec.shape != (places,):
        raise RuntimeError(
            f"vector_to_parameters got {vec.numel()} values for parameters of {places}, in the "
            f"shape {vec.shape}"
        )
    begin = 0
    for parameter in into:
        end = begin + parameter.numel()
        _filled(parameter, vec.array[begin:end].reshape(parameter.shape))
        begin = end
