"""What module 01 gives ready-made, in sections that tensor.py puts in place."""

# %% given: imports "what the module needs: Python's library, NumPy, tinytorch.lib, names of dtypes"
#| default_exp core.tensor
#| export
import itertools
import math
import operator
import threading
from functools import partial, reduce
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from tinytorch.lib.arguments import (
    check_gather,
    check_grad,
    check_listed,
    check_numbers,
    check_requires_grad,
    check_written,
    dims_of,
    first_of,
    index_key,
    infer_shape,
    new_shape,
    numbers_first,
    one_dim,
    sizes,
    target,
    whole,
)
from tinytorch.lib.devices import creation
from tinytorch.lib.hooks import refuse_second
from tinytorch.lib.layer_checks import check_switch
from tinytorch.lib.memory import Version, keep_large_blocks, writable
from tinytorch.lib.methods import (
    ALONG,
    PAIRS,
    attribute,
    binary,
    casting_reduction,
    checked,
    computed,
    float_function,
    named,
    numpy_names,
    operator_pair,
    page,
    reduction,
    scaled,
    unary,
)
from tinytorch.lib.more import More
from tinytorch.lib.nodes import GraphNode, kept, wanted_of
from tinytorch.lib.numbers import (
    alpha_times,
    fitting,
    integer_casting,
    largest,
    places,
    rounded_quotient,
    truths,
)
from tinytorch.lib.patch import patch
from tinytorch.lib.printing import tensor_text
from tinytorch.lib.primitives import unwrapped
from tinytorch.lib.random import Generator, default_generator, drawn, manual_seed, source
from tinytorch.lib.reading import Reading
from tinytorch.lib.sums import in_blocks
from tinytorch.lib.wording import in_our_terms

keep_large_blocks()

float32, float64 = np.dtype("float32"), np.dtype("float64")
int32, int64, uint8 = np.dtype("int32"), np.dtype("int64"), np.dtype("uint8")
bool_ = np.dtype("bool")


# %% given: notebook-imports "what only this notebook needs: figures, data and checks"
import re

import matplotlib.pyplot as plt

from tinytorch.lib.memory import peak_bytes
from tinytorch.lib.strides import draw_reading
from tinytorch_data import digits, mnist
from tito.checks import close, equal, raises, true


# %% given: tests "for the tests: what mistakes give; refuses, transposes_in, floats, operations"
SUMS = {"that is the sum along dim 1": [6, 15]}
MEANS = {
    "the sum was divided by the number of sums": [3, 7.5],
    "each sum was divided by the size of the whole table": [1, 2.5],
    "this is the sum, and the mean was asked for": [6, 15],
}
PRODUCTS = {
    "multiplied number by number": [[0, 2], [3, 0]],
    "the factors were swapped": [[3, 4], [1, 2]],
}
TRANSPOSES = {
    "the numbers were read in the old order": [[1, 2], [3, 4], [5, 6]],
    "the strides were swapped and the sizes were not": [[1, 4, 7], [2, 5, 8]],
    "the sizes were swapped and the strides were not": [[1, 2], [4, 5], [7, 8]],
    "nothing was swapped": [[1, 2, 3], [4, 5, 6]],
}
ROWS = {
    "every row was asked for every index": [[[0.7], [0.1]], [[0.3], [0.5]]],
    "row 0 was asked for the index of every row": [[0.7], [0.1]],
}
DISTANCES = {
    "these are the distances, not their squares": [[0, 3, 2**0.5], [5, 4, 13**0.5]],
    "the product was not doubled": [[0, 9, 2], [25, 25, 20]],
}


def misread(shape: tuple) -> dict:
    """What mistakes give where `shape` is right."""
    return {
        "the longer shape was cut to the shorter one": shape[1:],
        "the sizes are back to front": shape[::-1],
        "the right sizes in a list, not in a tuple": list(shape),
    }


def refuses(a: tuple, b: tuple, m: int, n: int) -> None:
    """Check that broadcast_shape refuses `a` and `b`, and names them and the sizes `m` and `n`."""
    try:
        text = f"no error, but {broadcast_shape(a, b)}"
    except ValueError as error:
        text = str(error)
    numbers, wanted = re.findall(r"\d+", text), [str(size) for size in (*a, *b, m, n)]
    what = f"the error of broadcast_shape({a}, {b})"
    named = all(numbers.count(one) >= wanted.count(one) for one in wanted)
    true(named, what, expected=f"a ValueError that names {a}, {b}, and {m} and {n}", got=text)


def transposes_in(function) -> list[str]:
    """Which of NumPy's transposes `function(x, 0, 1)` calls; other names for them lead here."""
    called = []

    class Watched(np.ndarray):
        T = property(lambda self: self.transpose())

        def transpose(self, *axes):
            called.append("transpose")
            return super().transpose(*axes)

        def swapaxes(self, *axes):
            called.append("swapaxes")
            return super().swapaxes(*axes)

    function(np.ones((2, 3)).view(Watched), 0, 1)
    return called


def floats(*values: float, requires_grad: bool = False) -> "Tensor":
    """A float32 tensor of some values."""
    return Tensor(np.array(values, "float32"), requires_grad=requires_grad)


def unrecorded(op: "Op", *inputs: "Tensor") -> "Tensor":
    """What an operation gives while no gradients are recorded."""
    grad_mode.enabled = False
    try:
        return op(*inputs)
    finally:
        grad_mode.enabled = True


def operations(function, *inputs) -> list[tuple[str, int]]:
    """(name, how many new numbers its result holds) of each operation; a view holds none."""
    seen = []

    def hook(phase, op, run, *args, **params):
        result = run(*args, **params)
        value = result[0] if type(result) is tuple else result
        seen.append((op.name, 0 if op.view else np.size(value)))
        return result

    op_hooks.append(hook)
    try:
        function(*inputs)
    finally:
        op_hooks.pop()
    return seen


# %% given: first-digits "the data, and draw_nearest: digits above, what they were read as below"
data = digits()


def draw_nearest(images, means, guesses, labels):
    """Draw images in a row, and below each the mean image that it was found nearest to."""
    _, axes = plt.subplots(2, len(images), figsize=(8, 2.3), layout="constrained")
    for (above, below), image, guess, label in zip(axes.T, images, guesses, labels, strict=True):
        above.imshow(image, cmap="gray_r")
        below.imshow(means[guess], cmap="gray_r")
        above.set_title(f"a {label}", fontsize=9)
        colour = "black" if guess == label else "tab:red"
        below.set_title(f"read as {guess}", fontsize=9, color=colour)
        for ax in (above, below):
            ax.set(xticks=[], yticks=[])
    plt.show()


# %% given: strides "draw_strides: three readings of the same six numbers, with their strides"
def draw_strides(readings):
    """Draw each table above the memory it reads: an arrow per stride, from the first number."""
    _, axes = plt.subplots(1, len(readings), figsize=(9, 3), layout="constrained")
    for ax, (title, x) in zip(axes, readings.items(), strict=True):
        draw_reading(ax, title, x)
    plt.show()


# %% given: gate "class Op, and what its gate uses: Node, grad_mode, constant, narrowed, refusal"
#| export
class GradMode(threading.local):
    """Whether operations leave receipts, in this thread. Module 02 switches it (`no_grad`)."""

    enabled = True


class Node(GraphNode):
    """How a tensor was made, its `grad_fn`: the gate puts it there, module 02 reads it.

    serial: grows with every operation, so that sorting by it gives the order of creation.
    arrays: the inputs as NumPy saw them. saved: what the forward rule kept for the backward
    pass, the result itself unless it said otherwise. params: copies, so that an index that
    changes later changes no gradient. wanted: for each input, whether it wanted a gradient.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.autograd.graph.Node.html
    """

    __slots__ = ("arrays", "inputs", "op", "params", "saved", "serial", "wanted")

    def __init__(self, serial: int, op: "Op", inputs: tuple, params: dict, arrays: list, saved):
        self.serial, self.op, self.inputs = serial, op, inputs
        self.arrays, self.saved, self.params = arrays, saved, kept(params) if params else params
        if len(inputs) == 2:  # the most frequent case, without a loop
            x, y = inputs
            wants_x = isinstance(x, Tensor) and x._requires_grad
            self.wanted = wants_x, isinstance(y, Tensor) and y._requires_grad
        else:
            self.wanted = wanted_of(inputs)


class Op:
    """One primitive operation: a name and a forward rule on NumPy arrays.

    saves: what its rule of module 02 reads, "inputs" and "output", either or none.
    view: whether the result may share the memory of its input. doc: what it computes, in words.
    """

    __slots__ = ("doc", "forward", "name", "saves", "view")

    def __init__(self, name: str, forward, saves: str = "", view: bool = False, doc: str = ""):
        self.name, self.forward, self.saves, self.view = name, forward, saves, view
        self.doc = doc

    def __repr__(self):
        return f"<op {self.name}>"


grad_mode = GradMode()
next_serial = itertools.count(1).__next__
last_write = [0]  # when any tensor was last overwritten in place
op_hooks = []  # functions (phase, op, run, args, params) -> result, each around the one before


def run_with_hooks(phase: str, op: "Op", run, *args, **params):
    """Call `run` through every hook: profilers and the search for NaNs look in here."""
    for hook in op_hooks:
        run = partial(hook, phase, op, run)
    return run(*args, **params)


def constant(x):
    """What the gate makes of an input that is not a tensor: a Python number, which never widens.

    An array is copied, so that a receipt keeps what it holds now.
    Raises: TypeError for anything but a number or an array.
    """
    if type(x) in (float, int, bool):
        return x
    if isinstance(x, ndarray):
        return x.copy()
    if isinstance(x, np.generic):
        return x.item()
    raise TypeError(
        f"an operation takes tensors and numbers, not {type(x).__name__}: use tensor(...)"
    )


def narrowed(result: ndarray, arrays: list, params: dict) -> ndarray:
    """`result` in the dtype PyTorch gives: NumPy widens floats where PyTorch does not.

    float64 only if an input is float64, and not if that one is 0-d and another one is not. An
    operation that was told a dtype keeps it.
    """
    if result.dtype.kind != "f" or "dtype" in params:
        return result
    floats = [x for x in arrays if isinstance(x, (ndarray, np.generic)) and x.dtype.kind == "f"]
    deciding = [x for x in floats if x.ndim] or floats
    is_wide = any(x.dtype == np.float64 for x in deciding)
    return result.astype(np.float64 if is_wide else np.float32, copy=False)


def refusal(name: str, arrays: list, error: Exception) -> Exception:
    """The `error` of a rule in the gate's words: the operation and the shapes come first.

    An IndexError stays one; any other becomes a RuntimeError, as in PyTorch. Where shapes do not
    broadcast, `broadcast_shape` says why.
    """
    shapes = [np.shape(array) for array in arrays]
    got = f"inputs of shape {' and '.join(map(str, shapes))}" if arrays else "no inputs"
    kind = IndexError if isinstance(error, IndexError) else RuntimeError
    if str(error).startswith("operands could not be broadcast together with shapes"):
        try:
            reduce(broadcast_shape, shapes)
        except ValueError as own:
            error = own
        except NotImplementedError:  # exercise 1 is not solved yet: NumPy's words will do
            pass
    return kind(f"{name} got {got}: {in_our_terms(error)}")


# %% given: primitives "32 operations: add_op, mul_op, exp_op, sum_op, index_op and the others"
#| export
def pow_forward(x, exponent):
    """`x ** exponent`; small whole powers by multiplication, which is several times faster."""
    if type(exponent) is int and 2 <= exponent <= 4:
        square = x * x
        return square if exponent == 2 else square * (x if exponent == 3 else square)
    return np.power(x, exponent)


def where_forward(condition, x, y):
    if getattr(condition, "dtype", None) != bool_:
        raise ValueError("the condition must be a tensor of booleans, such as x > 0")
    return np.where(condition, x, y)


def clamp_forward(x, min=None, max=None):
    if min is None and max is None:
        raise ValueError("clamp needs a min or a max")
    return np.clip(x, min, max)


def reshape_forward(x, shape):
    return x.reshape(infer_shape(x.size, shape))


def permute_forward(x, dims):
    if len(order := dims_of(x.ndim, dims)) != x.ndim:
        raise ValueError(f"there are {x.ndim} dimensions to put in order, and {dims} names others")
    return x.transpose(order)


def expand_forward(x, shape):
    """`x` read as an array of `shape`; -1 keeps a size. A view: nothing is copied."""
    missing = len(shape) - x.ndim
    kept = (-1,) * missing + x.shape
    full = tuple(m if n == -1 else n for n, m in zip(shape, kept, strict=False))
    if missing < 0 or -1 in full or broadcast_shape(x.shape, full) != full:
        raise ValueError(f"it does not expand to {shape}")
    return np.broadcast_to(x, full)


def cat_forward(*arrays, dim=0):
    if any(x.ndim == 0 for x in arrays):
        raise ValueError("single numbers cannot be joined along a dimension: use stack")
    return np.concatenate(arrays, axis=dims_of(arrays[0].ndim, dim)[0])


def stack_forward(*arrays, dim=0):
    return np.stack(arrays, axis=dims_of(arrays[0].ndim + 1, dim)[0])


add_op = Op("add", operator.add, doc="The sum of self and other.")
sub_op = Op("sub", operator.sub, doc="The difference, self - other.")
mul_op = Op("mul", operator.mul, saves="inputs", doc="The product, value by value.")
div_op = Op("div", operator.truediv, saves="inputs output", doc="The quotient, in floats.")
neg_op = Op("neg", operator.neg, doc="The negative of each value.")
pow_op = Op("pow", pow_forward, saves="inputs output", doc="Each value to the power of other.")
exp_op = Op("exp", np.exp, saves="output", doc="e to the power of each value.")
log_op = Op("log", np.log, saves="inputs", doc="The natural logarithm of each value.")
sqrt_op = Op("sqrt", np.sqrt, saves="output", doc="The square root of each value.")
std_op = Op("std", np.sqrt, saves="output", doc="The square root of a variance.")
abs_op = Op("abs", np.abs, saves="inputs", doc="The absolute value of each value.")
tanh_op = Op("tanh", np.tanh, saves="output", doc="The hyperbolic tangent of each value.")
sin_op = Op("sin", np.sin, saves="inputs", doc="The sine of each value, in radians.")
cos_op = Op("cos", np.cos, saves="inputs", doc="The cosine of each value, in radians.")
maximum_op = Op("maximum", np.maximum, saves="inputs", doc="The larger value; NaN if one is.")
minimum_op = Op("minimum", np.minimum, saves="inputs", doc="The smaller value; NaN if one is.")
clamp_op = Op("clamp", clamp_forward, saves="inputs")
where_op = Op("where", where_forward, saves="inputs")
matmul_op = Op("matmul", matmul_forward, saves="inputs", doc="The matrix product.")
# Your `reduce_forward` computes these two, but not where floats have more than 64 rows to add, and
# 4,096 values or more: NumPy loses digits of float32 there, so blocks of rows are added up instead.
sum_op = Op(
    "sum", in_blocks(reduce_forward), doc="The sum, in int64 for whole numbers and booleans."
)
mean_op = Op(
    "mean", in_blocks(partial(reduce_forward, mean=True), mean=True), doc="The mean of floats."
)
amax_op = Op("amax", largest(np.maximum, "largest"), "inputs output", doc="The largest value.")
amin_op = Op("amin", largest(np.minimum, "smallest"), "inputs output", doc="The smallest value.")
gather_op = Op("gather", gather_forward)
index_op = Op("index", lambda x, key: x[key], view=True)
reshape_op = Op("reshape", reshape_forward, view=True)
transpose_op = Op("transpose", transpose_forward, view=True)
permute_op = Op("permute", permute_forward, view=True)
expand_op = Op("expand", expand_forward, view=True)
cat_op = Op("cat", cat_forward)
stack_op = Op("stack", stack_forward)
cast_op = Op("cast", lambda x, dtype: x.astype(dtype))
clone_op = Op("clone", partial(np.copy, order="C"), doc="A copy, in new memory.")


# %% given: methods "helpers of the class: as_array, comparison, plain_reduction, in_place"
#| export
def as_array(data, dtype=None) -> ndarray:
    """`data` as a new array: Python floats become float32, ints int64; arrays keep their dtype.

    Raises: TypeError for what holds anything but numbers, ValueError for a ragged list.
    """
    if isinstance(data, Tensor):
        data = data.array
    try:
        array = np.array(data)
    except ValueError as error:
        raise ValueError(f"the rows of this list do not fit together: {error}") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"a tensor holds numbers, not {type(data).__name__} of {array.dtype}")
    if dtype is None and not isinstance(first_of(data), (ndarray, np.generic)):
        dtype = {"f": float32, "i": int64}.get(array.dtype.kind)
    return array if dtype is None else array.astype(dtype, copy=False)


def legacy_array(data, sizes: tuple) -> ndarray:
    """What `Tensor(...)` holds, other than an array: a list in float32, or room for some sizes."""
    if isinstance(data, (int, np.integer)):
        return np.empty(new_shape((data, *sizes)), float32)
    return data.array if isinstance(data, Tensor) else as_array(data, float32)


class Extreme(NamedTuple):
    """What `max(dim)` and `min(dim)` return, as PyTorch does."""

    values: "Tensor"
    indices: "Tensor"


def without_receipt(name: str, function, *inputs, **params) -> "Tensor":
    """What the gate does, for results that are not floats: gradients do not pass through those."""
    arrays = [x.array if isinstance(x, Tensor) else constant(x) for x in inputs]
    try:
        return Tensor(np.asarray(function(*arrays, **params)))
    except TypeError:
        dtypes = " and ".join(str(np.asarray(x).dtype) for x in arrays)
        raise RuntimeError(f"{name} does not compute with {dtypes}") from None
    except (IndexError, ValueError) as error:
        raise refusal(name, arrays, error) from error


def comparison(ufunc, name: str, doc: str):
    """A method that compares with a tensor, an array or a number."""

    def compare(self, other):
        if not isinstance(other, (Tensor, ndarray, np.generic, bool, int, float)):
            return NotImplemented
        try:
            return without_receipt(ufunc.__name__, ufunc, self, other)
        except OverflowError:  # bits of a number that is too large
            return without_receipt(ufunc.__name__, ufunc, self, fitting(other, self.dtype))

    return named(compare, name, f"{doc}, value by value: a tensor of booleans.", PAIRS)


def comparisons(ufunc, name: str, symbol: str):
    """The method and the operator of a comparison: `x.eq(y)` and `x == y`."""
    doc = f"Whether self {symbol} other"
    return comparison(ufunc, name, doc), comparison(ufunc, f"__{name}__", doc)


def plain_reduction(name: str, function, doc: str, dims: str = ""):
    """A method that reduces dimensions by `function` to what has no gradient: truths or places."""

    def reduce(self, dim=None, keepdim=False):
        check_switch(name, keepdim=keepdim)
        return without_receipt(name, function, self, dim=dim, keepdim=keepdim)

    return numpy_names(named(reduce, name, doc, ALONG.format(dims), page(name)))


def in_place(op: Op, ufunc, name: str, symbol: str):
    """The two methods that change a tensor: `x.add_(y)`, and `x += y`, which makes a new tensor
    where the change would have to be recorded."""

    def change(self, other, *, alpha=1):
        refuse_recorded(self, other)
        is_one = type(alpha) is int and alpha == 1
        return overwrite(self, ufunc, other if is_one else alpha_times(op.name, alpha, other))

    def augment(self, other):
        return op(self, other) if recorded(self, other) else overwrite(self, ufunc, other)

    written = """Shapes: any `other` that broadcasts to that of self, which it keeps, as its dtype.
Raises: RuntimeError where the change would have to be recorded, or does not fit."""
    doc = f"self {symbol} other, in the memory of self."
    return named(change, f"{op.name}_", doc, written), named(
        augment, f"__i{name}__", f"{doc} A new tensor where it has to be recorded.", PAIRS
    )


# %% given: tensor "class Tensor: the list of its methods, over 100; most are one line"
#| export
class Tensor(More, Reading, op=Op):
    """An array of any shape that remembers how it was made. Make one with `tensor(...)`.

    Source: https://docs.pytorch.org/docs/stable/tensors.html
    """

    __slots__ = {
        "__weakref__": "Weak references to it, as to other objects.",
        "_grad": "What `grad` gives.",
        "_requires_grad": "What `requires_grad` gives.",
        "array": "The NumPy array that holds the values, of the tensor's shape. Not in PyTorch.",
        "grad_fn": "The Node of the operation that made it; None for a leaf.",
        "retains_grad": "Whether it keeps its gradient although it is not a leaf.",
        "version": "The Version of its memory; None before it is changed or shared.",
    }
    __array_priority__ = 1000  # so that `array + tensor` asks the tensor

    def __init__(self, data=(), *sizes, requires_grad: bool = False):
        self.array = data if type(data) is ndarray else legacy_array(data, sizes)
        self._grad = self.grad_fn = self.version = None
        self.retains_grad = self._requires_grad = False
        if requires_grad is not False:
            self.requires_grad = requires_grad

    # What it is.
    shape = attribute(lambda self: self.array.shape, "shape", "The sizes of its dimensions.")
    dtype = attribute(lambda self: self.array.dtype, "dtype", "The type of its values.")
    ndim = attribute(lambda self: self.array.ndim, "ndim", "How many dimensions its shape has.")
    itemsize = attribute(lambda self: self.array.itemsize, "itemsize", "The bytes of one value.")
    nbytes = attribute(lambda self: self.array.nbytes, "nbytes", "The bytes of all values.")
    grad = checked(
        "grad",
        check_grad,
        "The gradient, a Tensor of the same shape, once `backward` has run; else None.",
    )
    requires_grad = checked(
        "requires_grad",
        check_requires_grad,
        "Whether operations on it are recorded, so that `backward` reaches it.",
    )
    is_leaf = attribute(lambda self: self.grad_fn is None, "is_leaf", "Whether no op made it.")

    @property
    def _version(self) -> int:
        """How often its memory was changed in place, through it, a view of it or `detach()`."""
        return 0 if self.version is None else self.version.count

    @property
    def data(self) -> "Tensor":
        """A tensor on the same memory that is not part of the graph.

        What is written there is not recorded, and not noticed if a rule still needs the old value:
        `detach()` is safer. Set it to another tensor to take over that one's memory and shape.
        Raises: TypeError for anything but a tensor; RuntimeError for whole numbers that would
        require gradients.
        """
        return Tensor(self.array)

    @data.setter
    def data(self, value: "Tensor"):
        if not isinstance(value, Tensor):
            raise TypeError(
                f"x.data is set to a tensor, not to {type(value).__name__}: "
                "use tensor(...), or x.data.copy_(...) to write into the memory there is"
            )
        if self.requires_grad and not value.is_floating_point():
            raise RuntimeError(f"{value.dtype} cannot be the data of what requires gradients")
        self.array = value.array

    def __repr__(self):
        return tensor_text(self.array, self.grad_fn, self.requires_grad)

    def __iter__(self):
        """The tensors along the first dimension: (2, 3) gives two of shape (3,)."""
        return (self[i] for i in range(len(self)))

    def __contains__(self, value):
        """Whether any of its values equals `value`. Raises: RuntimeError for what is no number."""
        if not isinstance(value, (Tensor, ndarray, np.generic, bool, int, float)):
            raise RuntimeError(f"a tensor holds numbers, so no {type(value).__name__}")
        return bool((self == value).any())

    # Arithmetic and functions: every one goes through the gate.
    add, sub, mul = scaled(add_op, mul_op), scaled(sub_op, mul_op), binary(mul_op)
    pow, matmul = binary(pow_op), numpy_names(binary(matmul_op))
    maximum, minimum = binary(maximum_op), binary(minimum_op)
    __add__, __radd__ = operator_pair(add_op, "add", "+")
    __sub__, __rsub__ = operator_pair(sub_op, "sub", "-")
    __mul__, __rmul__ = operator_pair(mul_op, "mul", "*")
    __truediv__, __rtruediv__ = operator_pair(div_op, "truediv", "/")
    __pow__, __rpow__ = operator_pair(pow_op, "pow", "**")
    __matmul__, __rmatmul__ = operator_pair(matmul_op, "matmul", "@")
    neg, __neg__ = unary(neg_op), unary(neg_op, "__neg__")
    abs, __abs__ = unary(abs_op), unary(abs_op, "__abs__")
    exp, log, sqrt = float_function(exp_op), float_function(log_op), float_function(sqrt_op)
    tanh, sin, cos = float_function(tanh_op), float_function(sin_op), float_function(cos_op)
    clone = unary(clone_op)

    def div(self, other, *, rounding_mode=None):
        """The quotient, self / other, in floats; as whole numbers by rounding_mode.

        rounding_mode: "trunc" cuts the fraction off, "floor" takes the next lower whole number;
        whole numbers then stay whole, and no gradients pass.
        Shapes: any two that broadcast; `other` may also be a number or an array.
        Raises: RuntimeError for shapes that do not broadcast, or another rounding_mode.
        Source: https://docs.pytorch.org/docs/stable/generated/torch.div.html
        """
        if rounding_mode is None:
            return computed(div_op, self, other)
        return without_receipt("div", rounded_quotient(rounding_mode), self, other)

    @numpy_names
    def clamp(self, min=None, max=None):
        """Each value, but never less than `min` or more than `max`, numbers or tensors.

        Shapes: any, kept. Raises: RuntimeError if neither is given.
        Source: https://docs.pytorch.org/docs/stable/generated/torch.clamp.html
        """
        check_numbers("clamp", *(x for x in (min, max) if not isinstance(x, Tensor | None)))
        if not isinstance(min, Tensor) and not isinstance(max, Tensor):
            return clamp_op(self, min=min, max=max)
        above = self if min is None else where_op(self < min, min, self)
        return above if max is None else where_op(above > max, max, above)

    eq, __eq__ = comparisons(np.equal, "eq", "==")
    ne, __ne__ = comparisons(np.not_equal, "ne", "!=")
    lt, __lt__ = comparisons(np.less, "lt", "<")
    le, __le__ = comparisons(np.less_equal, "le", "<=")
    gt, __gt__ = comparisons(np.greater, "gt", ">")
    ge, __ge__ = comparisons(np.greater_equal, "ge", ">=")
    __and__ = comparison(np.bitwise_and, "__and__", "self and other, bit by bit")
    __rand__ = comparison(np.bitwise_and, "__rand__", "other and self, bit by bit")
    __or__ = comparison(np.bitwise_or, "__or__", "self or other, bit by bit")
    __ror__ = comparison(np.bitwise_or, "__ror__", "other or self, bit by bit")
    __hash__ = object.__hash__

    def __invert__(self):
        """Not self, bit by bit; for a tensor of booleans, the opposite.

        Raises: TypeError for floats.
        """
        if self.is_floating_point():
            raise TypeError(f"~x is for booleans and whole numbers, not {self.dtype}")
        return without_receipt("invert", np.invert, self)

    several, where = ", or several", "value is, counted from 0: int64."
    all = plain_reduction("all", truths(np.all), "Whether all values are true (not 0).", several)
    any = plain_reduction("any", truths(np.any), "Whether any value is true (not 0).", several)
    argmax = plain_reduction("argmax", places(np.argmax), f"Where the largest {where}")
    argmin = plain_reduction("argmin", places(np.argmin), f"Where the smallest {where}")
    del several, where

    @numpy_names
    def allclose(self, other, rtol=1e-5, atol=1e-8) -> bool:
        """Whether all values differ by at most `atol + rtol * |other|`; the shapes broadcast.

        Source: https://docs.pytorch.org/docs/stable/generated/torch.allclose.html
        """
        near = partial(np.allclose, rtol=rtol, atol=atol)
        return without_receipt("allclose", near, self, other).item()

    # Reductions.
    sum, mean = casting_reduction(sum_op), casting_reduction(mean_op)
    amax, amin = reduction(amax_op), reduction(amin_op)

    @numpy_names
    def var(self, dim=None, unbiased=True, keepdim=False, *, correction=None):
        """The mean squared distance from the mean, divided by n - correction.

        correction: 1, or 0 if not `unbiased`; `x.var(False)` is not unbiased, too.
        Shapes, dim, keepdim and errors: as for `mean`.
        Source: https://docs.pytorch.org/docs/stable/generated/torch.var.html
        """
        if isinstance(dim, bool):
            dim, unbiased = None, dim
        check_switch("var", unbiased=unbiased)
        check_numbers("var", *[] if correction is None else [correction])
        correction = int(unbiased) if correction is None else correction
        centred = self - self.mean(dim=dim, keepdim=True)
        count = math.prod(self.shape[d] for d in dims_of(self.ndim, dim))
        return (centred * centred).sum(dim=dim, keepdim=keepdim) / max(count - correction, 0)

    @numpy_names
    def std(self, dim=None, unbiased=True, keepdim=False, *, correction=None):
        """The standard deviation, the square root of `var`, which describes shapes and arguments.

        Source: https://docs.pytorch.org/docs/stable/generated/torch.std.html
        """
        return std_op(self.var(dim, unbiased, keepdim, correction=correction))

    @numpy_names
    def max(self, dim=None, keepdim=False):
        """The largest value, of shape (); along `dim`, which disappears, (values, indices).

        Of self and another tensor, `maximum`.

        keepdim: leave `dim` in place with size 1. Raises: IndexError for a dim that is not there.
        Source: https://docs.pytorch.org/docs/stable/generated/torch.max.html
        """
        if isinstance(dim, Tensor):
            return self.maximum(dim)
        return self.amax() if dim is None else extreme(self, self.argmax(dim, True), dim, keepdim)

    @numpy_names
    def min(self, dim=None, keepdim=False):
        """The smallest value, of shape (); along `dim`, which disappears, (values, indices).

        Of self and another tensor, `minimum`.

        keepdim: leave `dim` in place with size 1. Raises: IndexError for a dim that is not there.
        Source: https://docs.pytorch.org/docs/stable/generated/torch.min.html
        """
        if isinstance(dim, Tensor):
            return self.minimum(dim)
        return self.amin() if dim is None else extreme(self, self.argmin(dim, True), dim, keepdim)

    # Shapes: views where the memory allows it.
    @numpy_names
    def reshape(self, *shape):
        """The values in the same order in another shape, one size of which may be -1.

        Shapes: (2, 6) -> (3, 4) for reshape(3, 4), reshape((3, 4)) and reshape(3, -1). A view where
        the strides allow it, else a copy. Raises: RuntimeError if the values do not fill the shape.
        Source: https://docs.pytorch.org/docs/stable/generated/torch.reshape.html
        """
        return view_of(self, reshape_op(self, shape=sizes(shape)))

    @numpy_names
    def transpose(self, dim0, dim1):
        """A view with two dimensions swapped.

        Shapes: (2, 3, 5) -> (5, 3, 2) for dims 0 and 2. Raises: IndexError for one not there.
        Source: https://docs.pytorch.org/docs/stable/generated/torch.transpose.html
        """
        return view_of(self, transpose_op(self, dim0=dim0, dim1=dim1))

    @numpy_names
    def permute(self, *dims):
        """A view with the dimensions in another order, each named once.

        Shapes: (2, 3, 5) -> (5, 2, 3) for permute(2, 0, 1). Raises: RuntimeError for another number
        of dimensions or one named twice, IndexError for one that is not there.
        Source: https://docs.pytorch.org/docs/stable/generated/torch.permute.html
        """
        return view_of(self, permute_op(self, dims=sizes(dims)))

    def expand(self, *shape):
        """A read-only view in which dimensions of size 1, and new ones on the left, repeat.

        Shapes: (3, 1) -> (2, 3, 4) for expand(2, 3, 4) or expand(2, -1, 4): -1 keeps a size.
        Raises: RuntimeError for any other change.
        Source: https://docs.pytorch.org/docs/stable/generated/torch.Tensor.expand.html
        """
        return view_of(self, expand_op(self, shape=whole("expand", sizes(shape))))

    @numpy_names
    def unsqueeze(self, dim):
        """A view with a new dimension of size 1 at `dim`.

        Shapes: (2, 3) -> (1, 2, 3) for 0, (2, 3, 1) for -1. Raises: IndexError if out of range.
        Source: https://docs.pytorch.org/docs/stable/generated/torch.unsqueeze.html
        """
        at = one_dim(self.ndim + 1, dim)
        return self.reshape(*self.shape[:at], 1, *self.shape[at:])

    @numpy_names
    def squeeze(self, dim=None):
        """A view without dimensions of size 1: all of them, or those in `dim`, a number or a tuple.

        Shapes: (1, 2, 1) -> (2,), or (2, 1) for dim=0. Raises: IndexError if out of range.
        Source: https://docs.pytorch.org/docs/stable/generated/torch.squeeze.html
        """
        dims = () if np.size(dim) == 0 else dims_of(self.ndim, dim)
        return self.reshape(tuple(n for d, n in enumerate(self.shape) if n != 1 or d not in dims))

    # Picking and writing.
    def __getitem__(self, key):
        """`x[key]`: numbers, slices, None, ..., masks of booleans and tensors of whole numbers.

        Shapes: (2, 3) -> (3,) for x[0], (2, 2) for x[:, 1:], (2, 1, 3) for x[:, None]. A view
        unless the key holds a mask or a tensor. Raises: IndexError for what is not there.
        """
        first, key = numbers_first(index_key(key))
        return view_of(self, index_op(self[first] if first else self, key=key))

    @numpy_names
    def gather(self, dim, index):
        """Values picked along `dim`: out[i, j] = self[i, index[i, j]] for dim=1.

        Shapes: of `index`, int64 and no larger than self but in `dim` -> the same.
        Raises: RuntimeError for an index that is too large, negative, or of another number of
        dimensions; IndexError for a dim that is not there.
        Source: https://docs.pytorch.org/docs/stable/generated/torch.gather.html
        """
        index = unwrapped(index)
        check_gather(self.shape, dims_of(self.ndim, dim), index)
        if not self.ndim:
            return self.reshape(1).gather(0, index.reshape(-1)).reshape(index.shape)
        return gather_op(self, dim=dim, index=index)

    def __setitem__(self, key, value):
        """`x[key] = value`, for a key as `x[key]` takes and a value that broadcasts to its shape.

        Raises: RuntimeError where it would have to be recorded, IndexError for what is not there.
        """
        refuse_recorded(self, value)
        check_written(unwrapped(value))
        try:
            first, key = numbers_first(index_key(key))
            array = writable(self)
            (array[first] if first else array)[key] = unwrapped(value)
        except OverflowError:
            if value > 0 or self.dtype.kind == "i":
                raise RuntimeError(f"{value} does not fit into {self.dtype}") from None
            self[key] = fitting(value, self.dtype)
        except (IndexError, ValueError) as error:
            raise refusal("x[...] = v", [self.array, unwrapped(value)], error) from error
        touch(self)

    def copy_(self, other):
        """Overwrite all values by those of `other`, whose shape broadcasts to that of self."""
        check_written(unwrapped(other))
        self[...] = other if isinstance(other, Tensor) else np.asarray(other)
        return self

    add_, __iadd__ = in_place(add_op, np.add, "add", "+")
    sub_, __isub__ = in_place(sub_op, np.subtract, "sub", "-")
    mul_, __imul__ = in_place(mul_op, np.multiply, "mul", "*")
    div_, __itruediv__ = in_place(div_op, np.true_divide, "truediv", "/")

    # Types.
    def to(self, *args, **kwargs):
        """The tensor in a dtype, or that of another tensor: itself, if it has that; or for "cpu".

        Raises: AssertionError for a GPU, TypeError for what is no dtype, device or tensor.
        """
        dtype, copy = target("to", self.array.dtype, args, **kwargs)
        if self.array.dtype == dtype:
            return self.clone() if copy else self
        return cast_op(self, dtype=dtype) if dtype.kind == "f" else Tensor(self.array.astype(dtype))

    # Gradients: module 02 writes what these call.
    def detach(self):
        """A tensor on the same memory that does not remember how it was made."""
        return view_of(self, Tensor(self.array))

    def backward(self, gradient=None, retain_graph=False, create_graph=False):
        """Add the gradients of self to `.grad` of the leaves it was made from.

        gradient: of shape self.shape, where self holds several values: that of each.
        retain_graph: keep the graph, so that backward can run again.
        Raises: RuntimeError if self wants no gradients, if the graph was used up, or for
        create_graph=True.
        Source: https://docs.pytorch.org/docs/stable/generated/torch.Tensor.backward.html
        """
        from tinytorch.core.autograd import backward

        refuse_second(create_graph, retain_graph)
        backward(self, gradient, retain_graph)


# %% given: memory "view_of, touch, overwrite: what shares memory, and what may be written to"
#| export
def view_of(x: Tensor, out: Tensor) -> Tensor:
    """`out`, which may share the memory of `x`: then it shares its `version` as well."""
    same, base = out.array is x.array, out.array.base  # NumPy sets it on some copies, too
    if same or (base is not None and np.may_share_memory(out.array, x.array)):
        if x.version is None:
            x.version = Version()
        out.version = x.version
    return out


def touch(x: Tensor) -> None:
    """Note that the memory of `x` was overwritten just now."""
    if x.version is None:
        x.version = Version()
    x.version.count += 1
    x.version.serial = last_write[0] = next_serial()


def recorded(x: Tensor, other) -> bool:
    """Whether changing `x` by `other` would have to be recorded.

    Raises: RuntimeError for a leaf that requires gradients, as PyTorch does.
    """
    if not grad_mode.enabled:
        return False
    if x.requires_grad and x.grad_fn is None:
        raise RuntimeError("a leaf that requires gradients changes only under no_grad()")
    return x.requires_grad or (isinstance(other, Tensor) and other.requires_grad)


def refuse_recorded(x: Tensor, other) -> None:
    """Raises: RuntimeError if overwriting `x` by `other` would have to be recorded."""
    if recorded(x, other):
        raise RuntimeError(
            "overwriting a recorded tensor is not recorded: use x.exp() for x.exp_(), and where, "
            "cat or stack to change a part of x; or write under no_grad()"
        )


def overwrite(x: Tensor, ufunc, other) -> Tensor:
    """`x = ufunc(x, other)` in the memory of `x`."""
    value = other.array if isinstance(other, Tensor) else constant(other)
    if type(value) is int:
        value = fitting(value, x.dtype)
    try:
        ufunc(x.array, value, out=writable(x), casting=integer_casting(x.dtype, value, ufunc))
    except (TypeError, ValueError) as error:
        reason = in_our_terms(error)
        raise RuntimeError(
            f"cannot change a {x.dtype} tensor of shape {x.shape} in place: {reason}"
        ) from None
    touch(x)
    return x


def extreme(x: Tensor, indices: Tensor, dim: int, keepdim: bool) -> Extreme:
    """The values of `x` at `indices` along `dim`, with the indices."""
    check_switch("max and min", keepdim=keepdim)
    key = list(np.indices(indices.shape, sparse=True))
    if key:  # a 0-d tensor has no dimension to pick along
        key[dim] = indices.array
    values = x[tuple(key)]
    if keepdim:
        return Extreme(values, indices)
    return Extreme(values.squeeze(dim), indices.squeeze(dim))


# %% given: making "how tensors are made: tensor, zeros, ones, arange, randn, cat, stack, where ..."
#| export
@creation
def tensor(data, dtype=None, requires_grad: bool = False) -> Tensor:
    """A tensor in new memory, from a number, lists nested as its shape will be, or an array.

    Python floats become float32, ints int64; an array keeps its dtype.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.tensor.html
    """
    return Tensor(as_array(data, dtype)).requires_grad_(requires_grad)


def from_numpy(array: np.ndarray) -> Tensor:
    """A tensor that shares the memory of `array`, with its shape and dtype.

    Raises: TypeError for anything but an array of numbers.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.from_numpy.html
    """
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "biuf":
        raise TypeError("this takes an array of numbers: use tensor(...) for anything else")
    return Tensor(np.asarray(array))  # subclasses such as memmap become plain arrays


@partial(creation, grads=False)
def as_tensor(data, dtype=None) -> Tensor:
    """`data` as a tensor of the same shape, without a copy if it is one already, or an array.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.as_tensor.html
    """
    if isinstance(data, np.ndarray) and (dtype is None or data.dtype == dtype):
        return from_numpy(data)
    return data.to(dtype or data.dtype) if isinstance(data, Tensor) else tensor(data, dtype)


@creation
def full(size, fill_value, dtype=None, requires_grad: bool = False) -> Tensor:
    """A tensor of the shape `size` that holds one value: float32, int64 or bool, as that is.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.full.html
    """
    if not isinstance(size, (tuple, list)):
        raise TypeError(f"full takes a tuple of sizes, not {size!r}: write full(({size},), ...)")
    out = empty(size, dtype=as_array(fill_value).dtype if dtype is None else dtype)
    return out.fill_(fill_value).requires_grad_(requires_grad)


@creation
def zeros(*size, dtype=float32, requires_grad: bool = False) -> Tensor:
    """A tensor of zeros of the shape `size`: zeros(2, 3) or zeros((2, 3)).

    Source: https://docs.pytorch.org/docs/stable/generated/torch.zeros.html
    """
    return Tensor(np.zeros(new_shape(size), dtype)).requires_grad_(requires_grad)


@creation
def ones(*size, dtype=float32, requires_grad: bool = False) -> Tensor:
    """A tensor of ones of the shape `size`: ones(2, 3) or ones((2, 3)).

    Source: https://docs.pytorch.org/docs/stable/generated/torch.ones.html
    """
    return Tensor(np.ones(new_shape(size), dtype)).requires_grad_(requires_grad)


@creation
def empty(*size, dtype=float32, requires_grad: bool = False) -> Tensor:
    """A tensor of the shape `size` that holds whatever was in that memory.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.empty.html
    """
    return Tensor(np.empty(new_shape(size), dtype)).requires_grad_(requires_grad)


@creation
def eye(n: int, m: int | None = None, dtype=float32) -> Tensor:
    """The identity matrix of shape (n, n), or (n, m): ones on the diagonal, else zeros.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.eye.html
    """
    return Tensor(np.eye(*new_shape((n, n if m is None else m)), dtype=dtype))


@creation
def arange(start, end=None, step=1, dtype=None) -> Tensor:
    """0, 1, ... up to, not including, `start`; or from `start` to `end`.

    Shapes: -> (n,), in int64 if all three are whole numbers, else in float32.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.arange.html
    """
    start, end = (0, start) if end is None else (start, end)
    check_numbers("arange", start, end, step)
    if step == 0 or (end - start) * step < 0:
        raise RuntimeError(f"arange never gets from {start} to {end} in steps of {step}")
    values = np.arange(start, end, step)
    return Tensor(values.astype(dtype or (int64 if values.dtype.kind == "i" else float32)))


@creation
def linspace(start, end, steps: int, dtype=float32) -> Tensor:
    """`steps` values from `start` to `end`, both included, at equal distances: shape (steps,).

    Source: https://docs.pytorch.org/docs/stable/generated/torch.linspace.html
    """
    check_numbers("linspace", start, end)
    return Tensor(np.linspace(start, end, *new_shape((steps,))).astype(dtype))


@creation
def zeros_like(input: Tensor, dtype=None, requires_grad: bool = False) -> Tensor:
    """Zeros in the shape of `input`, and in its dtype if no other is given.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.zeros_like.html
    """
    check_listed("zeros_like", [input])
    return Tensor(np.zeros_like(input.array, dtype)).requires_grad_(requires_grad)


@creation
def ones_like(input: Tensor, dtype=None, requires_grad: bool = False) -> Tensor:
    """Ones in the shape of `input`, and in its dtype if no other is given.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.ones_like.html
    """
    check_listed("ones_like", [input])
    return Tensor(np.ones_like(input.array, dtype)).requires_grad_(requires_grad)


def cat(tensors, dim: int = 0) -> Tensor:
    """Join tensors along a dimension they already have.

    Shapes: (2, 3) and (4, 3) -> (6, 3); an empty (0,) goes with any. Raises: RuntimeError if other
    sizes differ, ValueError if there are no tensors.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.cat.html
    """
    check_listed("cat", tensors, ValueError)
    filled = [x for x in tensors if x.shape != (0,)]
    if filled and len(filled) < len(tensors):  # `tensor([])` goes with any shape, as in PyTorch
        (dim,) = dims_of(filled[0].ndim, dim)
        none = tuple(0 if d == dim else n for d, n in enumerate(filled[0].shape))
        tensors = [x if x.shape != (0,) else x.reshape(none) for x in tensors]
    return cat_op(*tensors, dim=dim)


def stack(tensors, dim: int = 0) -> Tensor:
    """Join tensors of one shape along a new dimension.

    Shapes: n times (2, 3) -> (n, 2, 3) for dim=0. Raises: RuntimeError if shapes differ.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.stack.html
    """
    check_listed("stack", tensors)
    return stack_op(*tensors, dim=dim)


def where(condition: Tensor, input=None, other=None):
    """The values of `input` where `condition` is True and those of `other` where it is False.

    Shapes: any three that broadcast to one; `input` and `other` may be numbers. Without them: a
    tuple of the places where `condition` is True, an int64 tensor for each dimension.
    Raises: RuntimeError if `condition` does not hold booleans, or if the shapes do not fit.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.where.html
    """
    if input is None and other is None:
        return tuple(Tensor(places) for places in condition.array.nonzero())
    return where_op(condition, input, other)


@creation
def randn(*size, generator=None, dtype=float32, requires_grad: bool = False) -> Tensor:
    """Normal random numbers of mean 0 and variance 1, in the shape `size`.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.randn.html
    """
    normal = drawn(source(generator).rng.standard_normal, new_shape(size), dtype)
    return Tensor(normal).requires_grad_(requires_grad)


@creation
def rand(*size, generator=None, dtype=float32, requires_grad: bool = False) -> Tensor:
    """Uniform random numbers in [0, 1), in the shape `size`.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.rand.html
    """
    uniform = drawn(source(generator).rng.random, new_shape(size), dtype)
    return Tensor(uniform).requires_grad_(requires_grad)


@creation
def randint(low: int = 0, high=None, size=None, generator=None, dtype=int64) -> Tensor:
    """Random whole numbers from `low` up to, not including, `high`; randint(high, size) from 0.

    Shapes: -> `size`, in int64 if no other dtype is given.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.randint.html
    """
    if size is None:
        high, size = None, high
    if high is None:
        low, high = 0, low
    check_numbers("randint", low, high)
    if low >= high:
        raise RuntimeError(f"randint draws from {low} up to, not including, {high}: there is none")
    rng, shape = source(generator).rng, new_shape((size,))
    return Tensor(np.asarray(rng.integers(low, high, shape)).astype(dtype, copy=False))


@creation
def randperm(n: int, generator=None) -> Tensor:
    """0 to n - 1 in random order, in int64, of shape (n,).

    Source: https://docs.pytorch.org/docs/stable/generated/torch.randperm.html
    """
    return Tensor(source(generator).rng.permutation(*new_shape((n,))))


# %% given: measuring "by_broadcasting; the figure: memory predicted and measured"
def by_broadcasting(x, m):
    """Squared distances between the rows of `x` (n, d) and of `m` (k, d): (n, k)."""
    differences = x[:, None, :] - m[None, :, :]
    return (differences * differences).sum(dim=2)


counts, n, d = np.array([1, 3, 10, 30]), 500, 784
x = zeros(n, d, requires_grad=True)  # so that every node keeps its arrays, as in training
predicted = {
    by_broadcasting: 2 * n * counts * d + n * counts,
    Tensor.squared_distances: n * d + counts * d + n + counts + 5 * n * counts,
}
megabytes = {}
fig, ax = plt.subplots(figsize=(7, 3), layout="constrained")
for way, numbers in predicted.items():
    megabytes[way] = np.array([peak_bytes(way, x, zeros(k, d)) for k in counts]) / 1e6
    (line,) = ax.loglog(counts, 4 * numbers / 1e6, label=f"{way.__name__}, predicted")
    ax.loglog(counts, megabytes[way], "o", color=line.get_color(), label="measured")
ax.set(xlabel="means", ylabel="megabytes")
fig.legend(loc="outside right center")
plt.show()
ratios = np.divide(*megabytes.values())
assert ratios[-1] > 10
print(f"10 means: {ratios[counts == 10][0]:.1f} times the memory, and your guess was {guess:g}")


# %% given: blurred "the figure: digits blurred by means over windows, once unfold is written"
def draw_blurred(images):
    """Draw images in a row, and below each the means of its 5 x 5 windows."""
    try:
        windows = images.unfold(1, 5, 1).unfold(2, 5, 1)  # (n, 24, 24, 5, 5)
    except NotImplementedError:
        print("The figure comes once unfold is written.")
        return
    _, axes = plt.subplots(2, len(images), figsize=(8, 2.1), layout="constrained")
    for ax, image in zip(axes.flat, [*images, *windows.mean(dim=(3, 4))], strict=True):
        ax.imshow(image, cmap="gray_r", vmin=0, vmax=1)
        ax.set(xticks=[], yticks=[])
    plt.show()


draw_blurred(tensor(mnist().test_images[:8]))
