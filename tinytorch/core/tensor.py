# generated from modules/01_tensor/tensor.py by `tito build`: edit that file

# %% auto #0
__all__ = ['float32', 'float64', 'int32', 'int64', 'uint8', 'bool_', 'grad_mode', 'next_serial', 'last_write', 'op_hooks',
           'add_op', 'sub_op', 'mul_op', 'div_op', 'neg_op', 'pow_op', 'exp_op', 'log_op', 'sqrt_op', 'abs_op',
           'tanh_op', 'sin_op', 'cos_op', 'maximum_op', 'minimum_op', 'clamp_op', 'where_op', 'matmul_op', 'sum_op',
           'mean_op', 'amax_op', 'gather_op', 'index_op', 'reshape_op', 'transpose_op', 'permute_op', 'expand_op',
           'cat_op', 'cast_op', 'clone_op', 'default_generator', 'broadcast_shape', 'dims_of', 'reduce_forward',
           'matmul_forward', 'transpose_forward', 'infer_shape', 'gather_forward', 'GradMode', 'Node', 'Version',
           'run_with_hooks', 'constant', 'narrowed', 'refusal', 'Op', 'pow_forward', 'where_forward', 'clamp_forward',
           'reshape_forward', 'permute_forward', 'expand_forward', 'amax_forward', 'cat_forward', 'as_array', 'Extreme',
           'as_dtype', 'sizes', 'unwrap', 'is_whole', 'numbers_first', 'method', 'float_function', 'binary',
           'without_receipt', 'comparison', 'reduction', 'plain_reduction', 'in_place', 'Tensor', 'view_of', 'touch',
           'recorded', 'refuse_recorded', 'writable', 'overwrite', 'extreme', 'tensor', 'from_numpy', 'as_tensor',
           'full', 'zeros', 'ones', 'empty', 'eye', 'arange', 'linspace', 'zeros_like', 'ones_like', 'cat', 'stack',
           'where', 'Generator', 'manual_seed', 'randn', 'rand', 'randint', 'randperm', 'distance_bytes']

# %% #61ce0b6d9ba3
import itertools
import math
import operator
import threading
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy import ndarray

# Linux takes the memory of a large array back as soon as it is freed, and hands out new memory page
# by page, which takes longer than much of the arithmetic. It keeps blocks as large as it has seen
# freed (man mallopt, M_MMAP_THRESHOLD), up to 32 MB: so one is freed here, before it is ever used.
np.empty(31 << 20, np.uint8)

float32, float64 = np.dtype("float32"), np.dtype("float64")
int32, int64, uint8 = np.dtype("int32"), np.dtype("int64"), np.dtype("uint8")
bool_ = np.dtype("bool")

# %% #broadcast-shape
def broadcast_shape(a: tuple, b: tuple) -> tuple:
    """The shape of `x + y` for `x` of shape `a` and `y` of shape `b`.

    Shapes are aligned at their last dimension; a missing dimension counts as 1; two sizes fit if
    they are equal or one of them is 1, and then the other one wins (also when it is 0).
    Raises: ValueError naming both shapes and the two sizes that do not fit.
    Source: https://numpy.org/doc/stable/user/basics.broadcasting.html
    """
    # Seven lines: pad the shorter shape with ones on the left, then compare size by size.
    ndim = max(len(a), len(b))
    sizes = []
    for m, n in zip((1,) * (ndim - len(a)) + a, (1,) * (ndim - len(b)) + b, strict=True):
        if m != n and m != 1 and n != 1:
            raise ValueError(f"shapes {a} and {b} do not broadcast: {m} against {n}")
        sizes.append(n if m == 1 else m)
    return tuple(sizes)

# %% #3fc1f4e8ff0a
def dims_of(ndim: int, dim) -> tuple:
    """The dimensions that `dim` (None for all, an int or a tuple of ints) means, none negative.

    Raises: IndexError if one is out of range; RuntimeError if one is named twice.
    """
    if dim is None:
        return tuple(range(ndim))
    dims = dim if isinstance(dim, (tuple, list)) else (dim,)
    for d in dims:
        if not -max(ndim, 1) <= d < max(ndim, 1):
            low, high = -max(ndim, 1), max(ndim, 1) - 1
            raise IndexError(f"dim {d} is out of range: choose one from {low} to {high}")
    dims = tuple(d % ndim for d in dims) if ndim else ()
    if len(set(dims)) != len(dims):
        raise RuntimeError(f"dim {dim} names a dimension twice")
    return dims

# %% #sum-and-mean
def reduce_forward(x: np.ndarray, dim=None, keepdim: bool = False, mean: bool = False):
    """The sum of `x` along `dim` or, if `mean`, the mean.

    dim: None for all dimensions, an int or a tuple of ints, negative ones counted from the end.
    keepdim: leave each reduced dimension in place with size 1.
    Shapes: (2, 3) -> (3,) for dim=0, (2, 1) for dim=1 with keepdim, () for dim=None.
    The result has the dtype of `x`; the sum of integers and booleans is int64.
    Raises: RuntimeError for the mean of integers; IndexError for a dim that is not there.
    """
    dims = dims_of(x.ndim, dim)
    is_float = x.dtype.kind == "f"
    if mean and not is_float:
        raise RuntimeError(f"the mean of {x.dtype} values: turn them into floats with .float()")
    # Five lines: add up along `dims`; a mean divides by how many values went into each sum.
    dtype = None if is_float else np.int64
    total = np.add.reduce(x, axis=dims, keepdims=keepdim, dtype=dtype)
    if not mean:
        return total
    return total / x.dtype.type(math.prod(x.shape[d] for d in dims))

# %% #matmul
def matmul_forward(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The matrix product of `a` and `b`, as `torch.matmul`.

    Shapes: (m, k) @ (k, n) -> (m, n); (..., m, k) @ (..., k, n) -> (..., m, n) with the leading
    dimensions broadcast; a 1-D `a` is a row and a 1-D `b` a column that leave no dimension behind.
    Raises: ValueError "the inner sizes differ: 3 columns against 4 rows" with those sizes;
    ValueError "both inputs need at least 1 dimension, not 0 and 2" if one has none.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.matmul.html
    """
    # Six lines: two checks with their messages, then the product.
    if a.ndim == 0 or b.ndim == 0:
        raise ValueError(f"both inputs need at least 1 dimension, not {a.ndim} and {b.ndim}")
    inner = b.shape[0] if b.ndim == 1 else b.shape[-2]
    if a.shape[-1] != inner:
        raise ValueError(f"the inner sizes differ: {a.shape[-1]} columns against {inner} rows")
    if a.ndim > 2 and b.ndim == 2 and a.size:  # one large product is faster than many small ones
        return (a.reshape(-1, inner) @ b).reshape(*a.shape[:-1], b.shape[1])
    return a @ b

# %% #transpose
def transpose_forward(x: np.ndarray, dim0: int, dim1: int) -> np.ndarray:
    """A view of `x` with two dimensions swapped: the same memory, read in another order.

    Shapes: (2, 3, 5) -> (5, 3, 2) for dims 0 and 2. Negative dims count from the end.
    Raises: IndexError for a dim that is not there.
    Source: https://numpy.org/doc/stable/reference/arrays.ndarray.html#internal-memory-layout
    """
    dims = dims_of(x.ndim, dim0) + dims_of(x.ndim, dim1)
    if not dims:
        return x  # a single number has no dimensions to swap
    dim0, dim1 = dims
    shape, strides = list(x.shape), list(x.strides)
    # Three lines: swap two sizes, swap two strides, and make a view of `x` that has both with
    # np.lib.stride_tricks.as_strided(x, shape, strides).
    shape[dim0], shape[dim1] = shape[dim1], shape[dim0]
    strides[dim0], strides[dim1] = strides[dim1], strides[dim0]
    return np.lib.stride_tricks.as_strided(x, shape, strides)

# %% #reshape
def infer_shape(size: int, shape: tuple) -> tuple:
    """`shape` with its one -1 replaced, so that it holds exactly `size` values.

    infer_shape(12, (3, -1)) -> (3, 4); infer_shape(12, (2, 6)) -> (2, 6); infer_shape(1, ()) -> ().
    Raises: ValueError that shows `size` and `shape` if there are two -1 or another negative size,
    if `size` values do not fit, or if any number would do for the -1 (a 0 stands beside it).
    """
    # Eight lines: first what may not be, then the -1, then a shape without one.
    known = math.prod(n for n in shape if n != -1)
    if shape.count(-1) > 1 or any(n < -1 for n in shape):
        raise ValueError(f"{size} values into shape {shape}: one size may be -1, none less")
    if -1 in shape and known and size % known == 0:
        return tuple(size // known if n == -1 else n for n in shape)
    if -1 in shape or known != size:
        raise ValueError(f"{size} values do not fit into shape {shape}")
    return tuple(shape)

# %% #indexing
def gather_forward(x: np.ndarray, dim: int, index: np.ndarray) -> np.ndarray:
    """Pick values of `x` along `dim`, as `torch.gather`.

    2-D: out[i, j] = x[i, index[i, j]] for dim=1 and out[i, j] = x[index[i, j], j] for dim=0; in
    more dimensions likewise: every number of a place is its own, except the one at `dim`.
    Shapes: x (m, n), index int64 (p, q) -> (p, q), with p <= m for dim=1 and q <= n for dim=0.
    Raises: IndexError for an index that is too large (NumPy does it for you).
    Source: https://docs.pytorch.org/docs/stable/generated/torch.gather.html
    """
    # Three lines: every place's own numbers, the ones at `dim` replaced, one indexing of `x`.
    places = list(np.indices(index.shape, sparse=True))
    places[dim] = index
    return x[tuple(places)]

# %% #0f426ea54929
class GradMode(threading.local):
    """Whether operations leave receipts, thread by thread. Module 02 switches it (`no_grad`)."""

    enabled = True


class Node:
    """How a tensor was made: the gate leaves it there, module 02 reads it.

    serial: grows with every operation, so that sorting by it gives the order of creation.
    arrays: the inputs as NumPy saw them. saved: what the forward rule kept for the backward
    pass, the result itself unless it said otherwise.
    """

    __slots__ = ("arrays", "inputs", "op", "params", "saved", "serial")

    def __init__(self, serial: int, op: "Op", inputs: tuple, params: dict, arrays: list, saved):
        self.serial, self.op, self.inputs = serial, op, inputs
        self.params, self.arrays, self.saved = params, arrays, saved


class Version:
    """How often a memory was overwritten, and when last. All views of one memory share one.

    serial: on the clock that counts operations, so that it tells what came before and after.
    """

    __slots__ = ("count", "serial")

    def __init__(self):
        self.count = self.serial = 0


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
    """What the gate makes of an input that is no tensor: a Python number, which never widens.

    Raises: TypeError for anything but a number or an array.
    """
    if type(x) in (float, int, bool) or isinstance(x, ndarray):
        return x
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

    An IndexError stays one; any other becomes a RuntimeError, as in PyTorch.
    """
    shapes = " and ".join(str(np.shape(array)) for array in arrays)
    got = f"inputs of shape {shapes}" if arrays else "no inputs"
    kind = IndexError if isinstance(error, IndexError) else RuntimeError
    return kind(f"{name} got {got}: {error}")

# %% #gate
class Op:
    """One primitive operation: a name and a forward rule on NumPy arrays.

    saves: what its rule of module 02 reads, "inputs" and "output", either or none.
    view: whether the result may share the memory of its input.
    """

    __slots__ = ("forward", "name", "saves", "view")

    def __init__(self, name: str, forward, saves: str = "", view: bool = False):
        self.name, self.forward, self.saves, self.view = name, forward, saves, view

    def __repr__(self):
        return f"<op {self.name}>"

    def __call__(self, *inputs, **params) -> "Tensor":
        """The gate: compute on the arrays of `inputs`, wrap the result, leave a receipt.

        inputs: tensors; anything else goes through `constant`. params: handed to the rule.
        A rule returns its result, which is then what is saved, too, or a tuple of two: its result
        and what it wants saved. (A 0-d array may go in as the scalar `x.array[()]`, which is
        faster, but not if `self.view`.)
        If the result is not float32, it goes through `narrowed(result, arrays, params)`.
        While `grad_mode.enabled`, if any input is a tensor that requires gradients: the result
        requires them too, and its `grad_fn` is
        Node(next_serial(), self, inputs, params, arrays, saved).
        Raises: the `refusal` of a ValueError or IndexError that the rule raises.
        """
        forward = (
            partial(run_with_hooks, "forward", self, self.forward) if op_hooks else self.forward
        )
        # About twenty lines: the arrays, and whether a gradient is wanted; the call of `forward`,
        # with its errors; the result as an array; the tensor; the receipt.
        arrays, wanted = [], False
        for x in inputs:
            if isinstance(x, Tensor):
                # NumPy is several times faster on its scalars than on 0-d arrays.
                arrays.append(x.array if x.array.ndim or self.view else x.array[()])
                if x.requires_grad:
                    wanted = grad_mode.enabled
            else:
                arrays.append(x if type(x) is float else constant(x))
        try:
            result = saved = forward(*arrays, **params) if params else forward(*arrays)
        except (IndexError, ValueError) as error:
            raise refusal(self.name, arrays, error) from error
        if type(result) is tuple:
            result, saved = result
        if type(result) is not ndarray:  # a scalar
            result = np.asarray(result)
        if result.dtype is not float32:
            result = narrowed(result, arrays, params)
        out = Tensor(result)
        if wanted:
            out.requires_grad = True
            out.grad_fn = Node(next_serial(), self, inputs, params, arrays, saved)
        return out

# %% #c157e982618f
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
    return x.transpose(dims_of(x.ndim, dims))


def expand_forward(x, shape):
    """`x` read as an array of `shape`; -1 keeps a size. A view: nothing is copied."""
    missing = len(shape) - x.ndim
    kept = (-1,) * missing + x.shape
    full = tuple(m if n == -1 else n for n, m in zip(shape, kept, strict=False))
    if missing < 0 or -1 in full or broadcast_shape(x.shape, full) != full:
        raise ValueError(f"it does not expand to {shape}")
    return np.broadcast_to(x, full)


def amax_forward(x, dim=None, keepdim=False):
    return np.max(x, axis=dims_of(x.ndim, dim), keepdims=keepdim)


def cat_forward(*arrays, dim=0):
    return np.concatenate(arrays, axis=dim)


add_op = Op("add", operator.add)
sub_op = Op("sub", operator.sub)
mul_op = Op("mul", operator.mul, saves="inputs")
div_op = Op("div", operator.truediv, saves="inputs output")
neg_op = Op("neg", operator.neg)
pow_op = Op("pow", pow_forward, saves="inputs output")
exp_op = Op("exp", np.exp, saves="output")
log_op = Op("log", np.log, saves="inputs")
sqrt_op = Op("sqrt", np.sqrt, saves="output")
abs_op = Op("abs", np.abs, saves="inputs")
tanh_op = Op("tanh", np.tanh, saves="output")
sin_op = Op("sin", np.sin, saves="inputs")
cos_op = Op("cos", np.cos, saves="inputs")
maximum_op = Op("maximum", np.maximum, saves="inputs")
minimum_op = Op("minimum", np.minimum, saves="inputs")
clamp_op = Op("clamp", clamp_forward, saves="inputs")
where_op = Op("where", where_forward, saves="inputs")
matmul_op = Op("matmul", matmul_forward, saves="inputs")
sum_op = Op("sum", reduce_forward)
mean_op = Op("mean", partial(reduce_forward, mean=True))
amax_op = Op("amax", amax_forward, saves="inputs output")
gather_op = Op("gather", gather_forward)
index_op = Op("index", lambda x, key: x[key], view=True)
reshape_op = Op("reshape", reshape_forward, view=True)
transpose_op = Op("transpose", transpose_forward, view=True)
permute_op = Op("permute", permute_forward, view=True)
expand_op = Op("expand", expand_forward, view=True)
cat_op = Op("cat", cat_forward)
cast_op = Op("cast", lambda x, dtype: x.astype(dtype))
clone_op = Op("clone", partial(np.copy, order="C"))

# %% #b3024ae05d97
def as_array(data, dtype=None) -> ndarray:
    """`data` as an array of its own: Python floats become float32, ints int64; arrays keep theirs.

    Raises: TypeError for what holds anything but numbers, ValueError for a ragged list.
    """
    if isinstance(data, Tensor):
        data = data.array
    try:
        array = np.array(data, dtype=dtype)
    except ValueError as error:
        raise ValueError(f"the rows of this list do not fit together: {error}") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"a tensor holds numbers, not {type(data).__name__} of {array.dtype}")
    if dtype is None and not isinstance(data, (ndarray, np.generic)):
        array = array.astype({"f": np.float32, "i": np.int64}.get(array.dtype.kind, array.dtype))
    return array


class Extreme(NamedTuple):
    """What `max(dim)` and `min(dim)` return, as PyTorch does."""

    values: "Tensor"
    indices: "Tensor"


def as_dtype(wanted, now):
    """The dtype that `to(wanted)` means; "cpu", the only device there is, means the one it has now.

    Raises: TypeError for anything else.
    """
    try:
        return now if isinstance(wanted, str) and wanted == "cpu" else np.dtype(wanted)
    except TypeError:
        raise TypeError(
            f"to({wanted!r}): give a dtype, such as float64, or 'cpu', the only device there is"
        ) from None


def sizes(args: tuple) -> tuple:
    """The sizes in `f(2, 3)`, `f((2, 3))` and `f([2, 3])`."""
    return tuple(args[0]) if len(args) == 1 and isinstance(args[0], (tuple, list)) else args


def unwrap(x):
    """The array in a tensor, also inside an index; anything else as it is."""
    if isinstance(x, tuple):
        return tuple(unwrap(item) for item in x)
    return x.array if isinstance(x, Tensor) else x


def is_whole(k) -> bool:
    """Whether an index is one whole number, also as an array."""
    if isinstance(k, ndarray):
        return k.ndim == 0 and k.dtype.kind in "iu"
    return isinstance(k, (int, np.integer)) and not isinstance(k, bool)


def numbers_first(key) -> tuple:
    """`key` as two keys, to be used one after the other; the first is () where one will do.

    x[0, :, rows] is x[0][:, rows] in PyTorch. NumPy takes the 0 for an array, too, and puts what
    two arrays with a slice between them pick in front.
    """
    if type(key) is not tuple or not any(isinstance(k, (ndarray, list)) for k in key):
        return (), key
    key = tuple(int(k) if is_whole(k) else k for k in key)
    rest = tuple(k for k in key if type(k) is not int)
    if len(rest) == len(key) or not any(isinstance(k, (ndarray, list)) for k in rest):
        return (), key
    first = []
    for k in key:
        if type(k) is int or k is Ellipsis:
            first.append(k)
        elif k is not None and type(k) is not bool:
            is_mask = isinstance(k, ndarray) and k.dtype == bool_
            first += [slice(None)] * (k.ndim if is_mask else 1)
    return tuple(first), rest


def method(op: Op):
    """A method that calls `op` with the tensor as its first input."""
    return lambda self, *inputs, **params: op(self, *inputs, **params)


def float_function(op: Op):
    """A method for a function that gives floats: whole numbers become float32 first."""
    return lambda self: op(self) if self.array.dtype.kind == "f" else op(self.float())


def binary(op: Op):
    """The two methods of an operator: `tensor + other` and `other + tensor`."""
    return (lambda self, other: op(self, other)), (lambda self, other: op(other, self))


def without_receipt(name: str, function, *inputs, **params) -> "Tensor":
    """What the gate does, for results that are no floats: no gradient passes through those."""
    arrays = [x.array if isinstance(x, Tensor) else constant(x) for x in inputs]
    try:
        return Tensor(np.asarray(function(*arrays, **params)))
    except (IndexError, ValueError) as error:
        raise refusal(name, arrays, error) from error


def comparison(ufunc):
    """A method that compares with a tensor, an array or a number."""

    def compare(self, other):
        if isinstance(other, (Tensor, ndarray, np.generic, bool, int, float)):
            return without_receipt(ufunc.__name__, ufunc, self, other)
        return NotImplemented

    return compare


def reduction(op: Op):
    return lambda self, dim=None, keepdim=False: op(self, dim=dim, keepdim=keepdim)


def plain_reduction(function):
    """A method that reduces to booleans or indices."""

    def reduce(self, dim=None, keepdim=False):
        return without_receipt(function.__name__, function, self, axis=dim, keepdims=keepdim)

    return reduce


def in_place(op: Op, ufunc):
    """The two methods that change a tensor: `x.add_(y)`, and `x += y`, which makes a new tensor
    where the change would have to be recorded."""

    def change(self, other):
        refuse_recorded(self, other)
        return overwrite(self, ufunc, other)

    def augment(self, other):
        return op(self, other) if recorded(self, other) else overwrite(self, ufunc, other)

    return change, augment

# %% #7cb5ac28a8f5
class Tensor:
    """An n-dimensional array that remembers how it was made. Make one with `tensor(...)`.

    array: the NumPy array. grad: a Tensor of the same shape once `backward` has run, else None.
    grad_fn: the Node of the operation that made it, None for a tensor made by hand (a leaf).
    version: the Version of its memory, None before anybody changes it or makes a view of it.
    Source: https://docs.pytorch.org/docs/stable/tensors.html
    """

    __slots__ = (
        "__weakref__",
        "array",
        "grad",
        "grad_fn",
        "requires_grad",
        "retains_grad",
        "version",
    )
    __array_priority__ = 1000  # so that `array + tensor` asks the tensor

    def __init__(self, data, requires_grad: bool = False):
        self.array = data if type(data) is ndarray else as_array(data)
        self.requires_grad = requires_grad
        self.grad = self.grad_fn = self.version = None
        self.retains_grad = False

    # What it is.
    shape = property(lambda self: self.array.shape)
    dtype = property(lambda self: self.array.dtype)
    ndim = property(lambda self: self.array.ndim)
    itemsize = property(lambda self: self.array.itemsize)
    nbytes = property(lambda self: self.array.nbytes)
    is_leaf = property(lambda self: self.grad_fn is None)

    def size(self, dim=None):
        return self.shape if dim is None else self.shape[dim]

    def dim(self) -> int:
        return self.array.ndim

    def numel(self) -> int:
        return self.array.size

    def stride(self) -> tuple:
        """How many values, not bytes, lie between neighbours along each dimension."""
        return tuple(step // self.array.itemsize for step in self.array.strides)

    def is_contiguous(self) -> bool:
        return self.array.flags.c_contiguous

    def is_floating_point(self) -> bool:
        return self.array.dtype.kind == "f"

    def numpy(self) -> np.ndarray:
        """The array itself, not a copy: what you write there is written here."""
        return self.array

    def tolist(self):
        return self.array.tolist()

    def item(self):
        if self.array.size != 1:
            raise RuntimeError(f"item() needs a tensor of one value, not of shape {self.shape}")
        return self.array.item()

    def __array__(self, dtype=None, copy=None):
        return np.array(self.array, dtype=dtype, copy=copy)

    def __repr__(self):
        text = np.array2string(self.array, separator=", ", precision=4, prefix="tensor(")
        if not self.array.size and self.ndim > 1:
            text += f", size={self.shape}"
        if self.array.dtype not in (float32, int64, bool_):
            text += f", dtype={self.dtype}"
        return f"tensor({text}{', requires_grad=True' if self.requires_grad else ''})"

    def __format__(self, spec):
        return format(self.item(), spec) if spec else repr(self)

    def __len__(self):
        if not self.array.ndim:
            raise TypeError("a 0-d tensor has no length")
        return self.array.shape[0]

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __bool__(self):
        if self.array.size != 1:
            raise RuntimeError(
                f"the truth of {self.array.size} values is ambiguous: use .any() or .all()"
            )
        return bool(self.array.item())

    def __float__(self):
        return float(self.item())

    def __int__(self):
        return int(self.item())

    def __index__(self):
        if self.array.dtype.kind not in "iu":
            raise TypeError(f"only integers can be an index, not {self.dtype}")
        return self.item()

    def __contains__(self, value):
        return bool((self == value).any())

    # Arithmetic and functions: every one goes through the gate.
    __add__, __radd__ = binary(add_op)
    __sub__, __rsub__ = binary(sub_op)
    __mul__, __rmul__ = binary(mul_op)
    __truediv__, __rtruediv__ = binary(div_op)
    __pow__, __rpow__ = binary(pow_op)
    __matmul__, __rmatmul__ = binary(matmul_op)
    add, sub, mul, div, pow, matmul = __add__, __sub__, __mul__, __truediv__, __pow__, __matmul__
    neg = __neg__ = method(neg_op)
    abs = __abs__ = method(abs_op)
    exp, log, sqrt = float_function(exp_op), float_function(log_op), float_function(sqrt_op)
    tanh, sin, cos = float_function(tanh_op), float_function(sin_op), float_function(cos_op)
    maximum, minimum = method(maximum_op), method(minimum_op)

    def clamp(self, min=None, max=None):
        if isinstance(min, Tensor) or isinstance(max, Tensor):
            raise TypeError("clamp takes numbers: for tensors use maximum and minimum")
        return clamp_op(self, min=min, max=max)

    __eq__, __ne__ = comparison(np.equal), comparison(np.not_equal)
    __lt__, __le__ = comparison(np.less), comparison(np.less_equal)
    __gt__, __ge__ = comparison(np.greater), comparison(np.greater_equal)
    __and__, __or__ = comparison(np.bitwise_and), comparison(np.bitwise_or)
    eq, ne, lt, le, gt, ge = __eq__, __ne__, __lt__, __le__, __gt__, __ge__
    __hash__ = object.__hash__

    def __invert__(self):
        return without_receipt("invert", np.invert, self)

    all, any = plain_reduction(np.all), plain_reduction(np.any)
    argmax, argmin = plain_reduction(np.argmax), plain_reduction(np.argmin)

    def equal(self, other) -> bool:
        """Whether shape and values are the same."""
        return np.array_equal(self.array, other.array)

    def allclose(self, other, rtol=1e-5, atol=1e-8) -> bool:
        return np.allclose(self.array, other.array, rtol, atol)

    # Reductions.
    sum, mean, amax = reduction(sum_op), reduction(mean_op), reduction(amax_op)

    def var(self, dim=None, correction=1, keepdim=False):
        """The mean squared distance from the mean, divided by n - correction."""
        centred = self - self.mean(dim=dim, keepdim=True)
        count = math.prod(self.shape[d] for d in dims_of(self.ndim, dim))
        return (centred * centred).sum(dim=dim, keepdim=keepdim) / max(count - correction, 0)

    def std(self, dim=None, correction=1, keepdim=False):
        return self.var(dim, correction, keepdim).sqrt()

    def amin(self, dim=None, keepdim=False):
        if not self.is_floating_point():  # the negative of an unsigned number is none
            dims = dims_of(self.ndim, dim)
            return without_receipt("amin", np.min, self, axis=dims, keepdims=keepdim)
        return -amax_op(-self, dim=dim, keepdim=keepdim)

    def max(self, dim=None, keepdim=False):
        return self.amax() if dim is None else extreme(self, self.argmax(dim, True), dim, keepdim)

    def min(self, dim=None, keepdim=False):
        return self.amin() if dim is None else extreme(self, self.argmin(dim, True), dim, keepdim)

    # Shapes: views where the memory allows it.
    def reshape(self, *shape):
        return view_of(self, reshape_op(self, shape=sizes(shape)))

    def view(self, *shape):
        """As reshape, but never a copy: RuntimeError where the strides do not allow a view."""
        out = self.reshape(*shape)
        if out.array.size and not np.may_share_memory(out.array, self.array):
            raise RuntimeError(
                f"view got a tensor of shape {self.shape} whose strides {self.stride()} do not "
                f"allow shape {out.shape} without a copy: use reshape"
            )
        return out

    def transpose(self, dim0, dim1):
        return view_of(self, transpose_op(self, dim0=dim0, dim1=dim1))

    def permute(self, *dims):
        return view_of(self, permute_op(self, dims=sizes(dims)))

    T = property(lambda self: self.permute(tuple(range(self.ndim))[::-1]))
    mT = property(lambda self: self.transpose(-2, -1))

    def expand(self, *shape):
        return view_of(self, expand_op(self, shape=sizes(shape)))

    def flatten(self, start_dim=0, end_dim=-1):
        if not self.ndim:
            return self.reshape(1)
        start, end = dims_of(self.ndim, start_dim)[0], dims_of(self.ndim, end_dim)[0] + 1
        if end <= start:
            raise RuntimeError(f"flatten got start_dim {start_dim} after end_dim {end_dim}")
        middle = math.prod(self.shape[start:end])
        return self.reshape(*self.shape[:start], middle, *self.shape[end:])

    def unsqueeze(self, dim):
        (at,) = dims_of(self.ndim + 1, dim)
        return self.reshape(*self.shape[:at], 1, *self.shape[at:])

    def squeeze(self, dim=None):
        dims = dims_of(self.ndim, dim)
        return self.reshape(tuple(n for d, n in enumerate(self.shape) if n != 1 or d not in dims))

    def contiguous(self):
        return self if self.is_contiguous() else self.clone()

    # Picking and writing.
    def __getitem__(self, key):
        first, key = numbers_first(unwrap(key))
        return view_of(self, index_op(self[first] if first else self, key=key))

    def gather(self, dim, index):
        return gather_op(self, dim=dim, index=unwrap(index))

    def __setitem__(self, key, value):
        refuse_recorded(self, value)
        try:
            first, key = numbers_first(unwrap(key))
            array = writable(self)
            (array[first] if first else array)[key] = unwrap(value)
        except (IndexError, ValueError) as error:
            raise refusal("x[...] = v", [self.array, unwrap(value)], error) from error
        touch(self)

    def copy_(self, other):
        self[...] = other
        return self

    fill_ = copy_

    def zero_(self):
        return self.copy_(0)

    add_, __iadd__ = in_place(add_op, np.add)
    sub_, __isub__ = in_place(sub_op, np.subtract)
    mul_, __imul__ = in_place(mul_op, np.multiply)
    div_, __itruediv__ = in_place(div_op, np.true_divide)

    # Types.
    def to(self, dtype):
        """The tensor in `dtype`: itself, if that is the one it has, or for "cpu"."""
        dtype = as_dtype(dtype, self.array.dtype)
        if self.array.dtype == dtype:
            return self
        return cast_op(self, dtype=dtype) if dtype.kind == "f" else Tensor(self.array.astype(dtype))

    def type(self, dtype):
        return self.to(dtype)

    def cpu(self):
        return self

    def float(self):
        return self.to(float32)

    def double(self):
        return self.to(float64)

    def int(self):
        return self.to(int32)

    def long(self):
        return self.to(int64)

    def bool(self):
        return self.to(bool_)

    clone = method(clone_op)

    # Gradients: module 02 writes what these call.
    def detach(self):
        """The same memory, without the memory of how it was made."""
        return view_of(self, Tensor(self.array))

    def requires_grad_(self, requires_grad=True):
        if self.grad_fn is not None and not requires_grad:
            raise RuntimeError("only a leaf can stop requiring gradients: use .detach()")
        if requires_grad and not self.is_floating_point():
            raise RuntimeError(
                f"only floating-point tensors can require gradients, not {self.dtype}"
            )
        self.requires_grad = requires_grad
        return self

    def retain_grad(self):
        """Keep the gradient of a tensor that is no leaf, too."""
        self.retains_grad = self.grad_fn is not None

    def backward(self, gradient=None, retain_graph=False):
        from tinytorch.core.autograd import backward

        backward(self, gradient, retain_graph)

# %% #3bb017b226c1
def view_of(x: Tensor, out: Tensor) -> Tensor:
    """`out`, which may share the memory of `x`: then it shares its `version` as well."""
    if out.array.base is not None or out.array is x.array:
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
            "overwriting part of a recorded tensor is not recorded: "
            "build the result with where, cat or stack, or write under no_grad()"
        )


def writable(x: Tensor) -> ndarray:
    """The array of `x`, to be written to.

    Raises: RuntimeError if it may not be.
    """
    if not x.array.flags.writeable:
        raise RuntimeError("this tensor is read-only, as expand makes them: use its .clone()")
    return x.array


def overwrite(x: Tensor, ufunc, other) -> Tensor:
    """`x = ufunc(x, other)` in the memory of `x`."""
    value = other.array if isinstance(other, Tensor) else constant(other)
    try:
        ufunc(x.array, value, out=writable(x), casting="same_kind")
    except (TypeError, ValueError) as error:
        raise RuntimeError(
            f"cannot change a {x.dtype} tensor of shape {x.shape} in place: {error}"
        ) from None
    touch(x)
    return x


def extreme(x: Tensor, indices: Tensor, dim: int, keepdim: bool) -> Extreme:
    """The values of `x` at `indices` along `dim`, with the indices."""
    key = list(np.indices(indices.shape, sparse=True))
    if key:  # a 0-d tensor has no dimension to pick along
        key[dim] = indices.array
    values = x[tuple(key)]
    if keepdim:
        return Extreme(values, indices)
    return Extreme(values.squeeze(dim), indices.squeeze(dim))

# %% #e6da0e386914
def tensor(data, dtype=None, requires_grad: bool = False) -> Tensor:
    """A tensor of its own memory from numbers, lists or an array.

    Python floats become float32, ints int64; an array keeps its dtype.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.tensor.html
    """
    return Tensor(as_array(data, dtype)).requires_grad_(requires_grad)


def from_numpy(array: np.ndarray) -> Tensor:
    """A tensor that shares the memory of `array`."""
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "biuf":
        raise TypeError("from_numpy takes an array of numbers: use tensor(...) for anything else")
    return Tensor(np.asarray(array))  # subclasses such as memmap become plain arrays


def as_tensor(data, dtype=None) -> Tensor:
    """`data` as a tensor, without a copy where it already is one or is an array."""
    if isinstance(data, np.ndarray) and (dtype is None or data.dtype == dtype):
        return from_numpy(data)
    return data.to(dtype or data.dtype) if isinstance(data, Tensor) else tensor(data, dtype)


def full(size, fill_value, dtype=None, requires_grad: bool = False) -> Tensor:
    return Tensor(np.full(size, as_array(fill_value, dtype))).requires_grad_(requires_grad)


def zeros(*size, dtype=float32, requires_grad: bool = False) -> Tensor:
    return Tensor(np.zeros(sizes(size), dtype)).requires_grad_(requires_grad)


def ones(*size, dtype=float32, requires_grad: bool = False) -> Tensor:
    return Tensor(np.ones(sizes(size), dtype)).requires_grad_(requires_grad)


def empty(*size, dtype=float32, requires_grad: bool = False) -> Tensor:
    return Tensor(np.empty(sizes(size), dtype)).requires_grad_(requires_grad)


def eye(n: int, m: int | None = None, dtype=float32) -> Tensor:
    return Tensor(np.eye(n, m, dtype=dtype))


def arange(start, end=None, step=1, dtype=None) -> Tensor:
    values = np.arange(0, start, step) if end is None else np.arange(start, end, step)
    return Tensor(values.astype(dtype or (int64 if values.dtype.kind == "i" else float32)))


def linspace(start, end, steps: int, dtype=float32) -> Tensor:
    return Tensor(np.linspace(start, end, steps).astype(dtype))


def zeros_like(x: Tensor, dtype=None) -> Tensor:
    return Tensor(np.zeros_like(x.array, dtype))


def ones_like(x: Tensor, dtype=None) -> Tensor:
    return Tensor(np.ones_like(x.array, dtype))


def cat(tensors, dim: int = 0) -> Tensor:
    """Join tensors along a dimension they already have."""
    return cat_op(*tensors, dim=dim)


def stack(tensors, dim: int = 0) -> Tensor:
    """Join tensors of one shape along a new dimension."""
    return cat_op(*[x.unsqueeze(dim) for x in tensors], dim=dim)


def where(condition: Tensor, input, other) -> Tensor:
    """The values of `input` where `condition` is True and those of `other` where it is False.

    Shapes: any three that broadcast to one; `input` and `other` may be numbers.
    Raises: RuntimeError if `condition` does not hold booleans, or if the shapes do not fit.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.where.html
    """
    return where_op(condition, input, other)


class Generator:
    """A source of random numbers with a state of its own."""

    def __init__(self, seed: int = 0):
        self.manual_seed(seed)

    def manual_seed(self, seed: int) -> "Generator":
        self.rng = np.random.default_rng(seed)
        return self

    def get_state(self) -> dict:
        """Where the generator is, in plain numbers and words that JSON can hold."""
        return self.rng.bit_generator.state

    def set_state(self, state: dict) -> None:
        """Go back to where `get_state` was called: the same numbers come again."""
        self.rng.bit_generator.state = state


default_generator = Generator()


def manual_seed(seed: int) -> Generator:
    """Start the default generator anew, so that a run can be repeated."""
    return default_generator.manual_seed(seed)


def randn(*size, generator=None, dtype=float32, requires_grad: bool = False) -> Tensor:
    """Normal random numbers of mean 0 and variance 1."""
    rng = (generator or default_generator).rng
    return Tensor(np.asarray(rng.standard_normal(sizes(size), dtype))).requires_grad_(requires_grad)


def rand(*size, generator=None, dtype=float32, requires_grad: bool = False) -> Tensor:
    """Uniform random numbers in [0, 1)."""
    rng = (generator or default_generator).rng
    return Tensor(np.asarray(rng.random(sizes(size), dtype))).requires_grad_(requires_grad)


def randint(low: int, high: int, size: tuple | None = None, generator=None) -> Tensor:
    """Random whole numbers from `low` up to, not including, `high`; randint(high, size) from 0."""
    if size is None:
        low, high, size = 0, low, high
    return Tensor(np.asarray((generator or default_generator).rng.integers(low, high, size)))


def randperm(n: int, generator=None) -> Tensor:
    """0 to n - 1 in random order."""
    return Tensor((generator or default_generator).rng.permutation(n))

# %% #memory
def distance_bytes(n: int, k: int, d: int, itemsize: int = 4) -> tuple:
    """The bytes of all new arrays that squared distances need: (by broadcasting, by product).

    n images and k means of d pixels each. Inputs and views are not counted.
    By broadcasting: the differences and their squares, (n, k, d) each; the result, (n, k).
    By product: the squares, (n, d) and (k, d); their sums, (n, 1) and (k,); the product, twice
    the product, the norms less that, and the result, (n, k) each.
    itemsize: the bytes of one number.
    """
    # Three lines.
    broadcasting = 2 * n * k * d + n * k
    product = n * d + k * d + n + k + 4 * n * k
    return broadcasting * itemsize, product * itemsize
