# generated from modules/01_tensor/tensor.py by `tito build`: edit that file

# %% auto #0
__all__ = ['mode', 'tick', 'FLOAT64', 'last_write', 'watchers', 'add', 'sub', 'mul', 'div', 'neg', 'pow_op', 'exp', 'log', 'sqrt',
           'abs_op', 'tanh', 'sin', 'cos', 'maximum', 'minimum', 'clamp', 'where', 'matmul', 'sum_op', 'mean_op',
           'amax', 'gather', 'index_op', 'reshape_op', 'transpose_op', 'permute_op', 'expand', 'cat_op', 'cast',
           'clone_op', 'float32', 'float64', 'int32', 'int64', 'uint8', 'bool_', 'default_generator', 'broadcast_shape',
           'dims_of', 'reduce_forward', 'matmul_forward', 'transpose_forward', 'infer_shape', 'gather_forward', 'Mode',
           'Receipt', 'watched', 'constant', 'narrowed', 'Op', 'pow_forward', 'reshape_forward', 'expand_forward',
           'amax_forward', 'clamp_forward', 'cat_forward', 'as_array', 'Extreme', 'sizes', 'unwrap', 'method', 'binary',
           'comparison', 'reduction', 'in_place', 'Tensor', 'view_of', 'touch', 'recorded', 'refuse_recorded',
           'overwrite', 'extreme', 'tensor', 'from_numpy', 'as_tensor', 'full', 'zeros', 'ones', 'empty', 'eye',
           'arange', 'linspace', 'zeros_like', 'ones_like', 'cat', 'stack', 'Generator', 'manual_seed', 'randn', 'rand',
           'randint', 'randperm', 'allclose', 'equal']

# %% #b097f283d05b
import itertools
import math
import operator
import threading
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy import ndarray

# %% #broadcast-shape
def broadcast_shape(a: tuple, b: tuple) -> tuple:
    """The shape of `x + y` for `x` of shape `a` and `y` of shape `b`.

    Shapes are aligned at their last dimension; a missing dimension counts as 1; two sizes fit if
    they are equal or one of them is 1, and the other one wins (also when it is 0).
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
    if mean and x.dtype.kind != "f":
        raise RuntimeError(f"mean of {x.dtype} values: turn them into floats with .float() first")
    # Four lines: add up along `dims`; a mean divides by how many values went into each sum.
    total = np.add.reduce(x, axis=dims, keepdims=keepdim, dtype=None if x.dtype.kind == "f" else np.int64)
    if not mean:
        return total
    count = math.prod(x.shape[d] for d in dims)
    return total / x.dtype.type(count)

# %% #matmul
def matmul_forward(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The matrix product of `a` and `b`, as `torch.matmul`.

    Shapes: (m, k) @ (k, n) -> (m, n); (..., m, k) @ (..., k, n) -> (..., m, n) with the leading
    dimensions broadcast; a 1-D `a` is a row and a 1-D `b` a column that leave no dimension behind.
    Raises: ValueError for a 0-d input, or where the inner sizes differ, naming both.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.matmul.html
    """
    # Eight lines: two checks with their messages; a stack of matrices times one matrix as one
    # flat product, which is faster; the rest by `@`.
    if a.ndim == 0 or b.ndim == 0:
        raise ValueError(f"both inputs need at least 1 dimension, not {a.ndim} and {b.ndim}")
    inner = b.shape[0] if b.ndim == 1 else b.shape[-2]
    if a.shape[-1] != inner:
        raise ValueError(f"the inner sizes differ: {a.shape[-1]} columns against {inner} rows")
    if a.ndim > 2 and b.ndim == 2:
        return (a.reshape(-1, inner) @ b).reshape(*a.shape[:-1], b.shape[1]) if a.size else a @ b
    return a @ b

# %% #transpose
def transpose_forward(x: np.ndarray, dim0: int, dim1: int) -> np.ndarray:
    """A view of `x` with two dimensions swapped: the same memory, read in another order.

    Shapes: (2, 3, 5) -> (5, 3, 2) for dims 0 and 2. Negative dims count from the end.
    Raises: IndexError for a dim that is not there.
    """
    dim0, dim1 = *dims_of(x.ndim, dim0), *dims_of(x.ndim, dim1)
    shape, strides = list(x.shape), list(x.strides)
    # Three lines: swap two sizes and two strides, and hand `x` both with np.lib.stride_tricks.as_strided.
    shape[dim0], shape[dim1] = shape[dim1], shape[dim0]
    strides[dim0], strides[dim1] = strides[dim1], strides[dim0]
    return np.lib.stride_tricks.as_strided(x, shape, strides)

# %% #reshape
def infer_shape(size: int, shape: tuple) -> tuple:
    """`shape` with its one -1 replaced, so that it holds exactly `size` values.

    infer_shape(12, (3, -1)) -> (3, 4); infer_shape(12, (2, 6)) -> (2, 6).
    Raises: ValueError for two -1, for another negative size, or if `size` values do not fit.
    """
    # Eight lines.
    known = math.prod(n for n in shape if n != -1)
    if shape.count(-1) > 1 or any(n < -1 for n in shape):
        raise ValueError(f"shape {shape} may hold one -1, and no other negative size")
    if -1 in shape and known and size % known == 0:
        return tuple(size // known if n == -1 else n for n in shape)
    if -1 in shape or known != size:
        raise ValueError(f"{size} values do not fit into shape {shape}")
    return tuple(shape)

# %% #indexing
def gather_forward(x: np.ndarray, dim: int, index: np.ndarray) -> np.ndarray:
    """Pick values of a 2-D `x` along `dim`, as `torch.gather`.

    dim=1: out[i, j] = x[i, index[i, j]]; dim=0: out[i, j] = x[index[i, j], j].
    Shapes: x (m, n), index int64 (p, q) -> (p, q), with p <= m for dim=1 and q <= n for dim=0.
    """
    places = list(np.indices(index.shape, sparse=True))
    places[dim] = index
    return x[tuple(places)]

# %% #7ab4c8d0700f
class Mode(threading.local):
    """Whether operations leave receipts, thread by thread. Module 02 switches it (`no_grad`)."""

    recording = True


class Receipt:
    """How a tensor was made: the gate leaves it there, module 02 reads it.

    serial: grows with every operation, so that sorting by it gives the order of creation.
    arrays: the inputs as NumPy saw them. saved: what the forward rule kept for the backward
    pass, the result itself unless it said otherwise.
    """

    __slots__ = ("arrays", "inputs", "op", "params", "saved", "serial")

    def __init__(self, serial: int, op: "Op", inputs: tuple, params: dict, arrays: list, saved):
        self.serial, self.op, self.inputs = serial, op, inputs
        self.params, self.arrays, self.saved = params, arrays, saved


mode = Mode()
tick = itertools.count(1).__next__
FLOAT64 = np.dtype("float64")
last_write = [0]  # when any tensor was last overwritten in place
watchers = []  # functions (phase, op, run, args, params) -> result, each around the one before


def watched(phase: str, op: "Op", run, *args, **params):
    """Call `run` through every watcher: profilers and the search for NaNs look in here."""
    for watch in watchers:
        run = partial(watch, phase, op, run)
    return run(*args, **params)


def constant(x):
    """What the gate makes of an input that is no tensor: a Python number never widens a result.

    Raises: TypeError for anything but a number or an array.
    """
    if type(x) in (float, int, bool) or isinstance(x, np.ndarray):
        return x
    if isinstance(x, np.generic):
        return x.item()
    raise TypeError(f"an operation takes tensors and numbers, not {type(x).__name__}: use tensor(...)")


def narrowed(result, arrays: list):
    """A float64 result as float32, unless an input was float64: NumPy widens where PyTorch does not."""
    wide = any(getattr(array, "dtype", None) is FLOAT64 for array in arrays)
    return result if wide else result.astype(np.float32)

# %% #gate
class Op:
    """One primitive operation: a name and a forward rule on NumPy arrays.

    saves: what its rule of module 02 reads, "inputs" and "output", either or none.
    """

    __slots__ = ("forward", "name", "saves", "view")

    def __init__(self, name: str, forward, saves: str = "", view: bool = False):
        self.name, self.forward, self.saves, self.view = name, forward, saves, view

    def __repr__(self):
        return f"<op {self.name}>"

    def __call__(self, *inputs, **params) -> "Tensor":
        """The gate: compute on the arrays of `inputs`, wrap the result, leave a receipt.

        inputs: tensors; anything else goes through `constant`. params: handed to the rule.
        A rule returns its result, or the result and what it saves as a tuple of two. A float64
        result goes through `narrowed`. While `mode.recording`, a result of which an input
        requires gradients requires them too, and its `origin` is the Receipt.
        Raises: RuntimeError "<name> got inputs of shape ...: ..." where the rule raises ValueError.
        """
        forward = partial(watched, "forward", self, self.forward) if watchers else self.forward
        arrays, wanted = [], False
        for x in inputs:
            if isinstance(x, Tensor):
                arrays.append(x.data if x.data.ndim or self.view else x.data[()])
                if x.requires_grad:
                    wanted = mode.recording
            else:
                arrays.append(x if type(x) is float else constant(x))
        try:
            result = saved = forward(*arrays, **params) if params else forward(*arrays)
        except ValueError as error:
            shapes = " and ".join(str(np.shape(array)) for array in arrays)
            raise RuntimeError(f"{self.name} got inputs of shape {shapes}: {error}") from error
        if type(result) is tuple:
            result, saved = result
        if type(result) is not ndarray:  # NumPy makes scalars of 0-d results
            result = np.asarray(result)
        if result.dtype is FLOAT64:
            result = narrowed(result, arrays)
        out = Tensor(result)
        if wanted:
            out.requires_grad = True
            out.origin = Receipt(tick(), self, inputs, params, arrays, saved)
        return out

# %% #795f5a8fabf3
def pow_forward(x, exponent):
    """`x ** exponent`; small whole powers by multiplication, which is several times faster."""
    if type(exponent) is int and 2 <= exponent <= 4:
        square = x * x
        return square if exponent == 2 else square * (x if exponent == 3 else square)
    return np.power(x, exponent)


def reshape_forward(x, shape):
    return x.reshape(infer_shape(x.size, shape))


def expand_forward(x, shape):
    if broadcast_shape(x.shape, shape) != shape:
        raise ValueError(f"shape {x.shape} does not expand to {shape}")
    return np.broadcast_to(x, shape)


def amax_forward(x, dim=None, keepdim=False):
    return np.max(x, axis=dims_of(x.ndim, dim), keepdims=keepdim)


def clamp_forward(x, min=None, max=None):
    return np.clip(x, min, max)


def cat_forward(*arrays, dim=0):
    return np.concatenate(arrays, axis=dim)


add = Op("add", operator.add)
sub = Op("sub", operator.sub)
mul = Op("mul", operator.mul, saves="inputs")
div = Op("div", operator.truediv, saves="inputs output")
neg = Op("neg", operator.neg)
pow_op = Op("pow", pow_forward, saves="inputs output")
exp = Op("exp", np.exp, saves="output")
log = Op("log", np.log, saves="inputs")
sqrt = Op("sqrt", np.sqrt, saves="output")
abs_op = Op("abs", np.abs, saves="inputs")
tanh = Op("tanh", np.tanh, saves="output")
sin = Op("sin", np.sin, saves="inputs")
cos = Op("cos", np.cos, saves="inputs")
maximum = Op("maximum", np.maximum, saves="inputs")
minimum = Op("minimum", np.minimum, saves="inputs")
clamp = Op("clamp", clamp_forward, saves="inputs")
where = Op("where", np.where, saves="inputs")
matmul = Op("matmul", matmul_forward, saves="inputs")
sum_op = Op("sum", reduce_forward)
mean_op = Op("mean", partial(reduce_forward, mean=True))
amax = Op("amax", amax_forward, saves="inputs output")
gather = Op("gather", gather_forward)
index_op = Op("index", lambda x, key: x[key], view=True)
reshape_op = Op("reshape", reshape_forward, view=True)
transpose_op = Op("transpose", transpose_forward, view=True)
permute_op = Op("permute", lambda x, dims: x.transpose(dims_of(x.ndim, dims)), view=True)
expand = Op("expand", expand_forward, view=True)
cat_op = Op("cat", cat_forward)
cast = Op("cast", lambda x, dtype: x.astype(dtype))
clone_op = Op("clone", np.copy)

# %% #696ee6502cc8
def as_array(data, dtype=None) -> np.ndarray:
    """`data` as an array of its own: Python floats become float32, ints int64; arrays keep theirs.

    Raises: TypeError for what holds anything but numbers, ValueError for a ragged list.
    """
    if isinstance(data, Tensor):
        data = data.data
    try:
        array = np.array(data, dtype=dtype)
    except ValueError as error:
        raise ValueError(f"the rows of this list do not fit together: {error}") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"a tensor holds numbers, not {type(data).__name__} of {array.dtype}")
    if dtype is None and not isinstance(data, (np.ndarray, np.generic)):
        array = array.astype({"f": np.float32, "i": np.int64}.get(array.dtype.kind, array.dtype))
    return array


class Extreme(NamedTuple):
    """What `max(dim)` and `min(dim)` return, as PyTorch does."""

    values: "Tensor"
    indices: "Tensor"


def sizes(args: tuple) -> tuple:
    """The sizes in `f(2, 3)`, `f((2, 3))` and `f([2, 3])`."""
    return tuple(args[0]) if len(args) == 1 and isinstance(args[0], (tuple, list)) else args


def unwrap(x):
    """The array in a tensor, also inside an index; anything else as it is."""
    if isinstance(x, tuple):
        return tuple(unwrap(item) for item in x)
    return x.data if isinstance(x, Tensor) else x


def method(op: Op):
    """A method that calls `op` with the tensor as its first input."""
    return lambda self, *inputs, **params: op(self, *inputs, **params)


def binary(op: Op):
    """The two methods of an operator: `tensor + other` and `other + tensor`."""
    return (lambda self, other: op(self, other)), (lambda self, other: op(other, self))


def comparison(ufunc):
    """A method that compares. The results are booleans: no gradient passes, no receipt is left."""
    return lambda self, other: Tensor(ufunc(self.data, unwrap(other)))


def reduction(op: Op):
    return lambda self, dim=None, keepdim=False: op(self, dim=dim, keepdim=keepdim)


def in_place(op: Op, ufunc):
    """The two methods that change a tensor: `x.add_(y)`, and `x += y`, which makes a new tensor
    where the change would have to be recorded."""

    def change(self, other):
        refuse_recorded(self, other)
        return overwrite(self, ufunc, other)

    def augment(self, other):
        return op(self, other) if recorded(self, other) else overwrite(self, ufunc, other)

    return change, augment

# %% #99ec866d9075
class Tensor:
    """An n-dimensional array that remembers how it was made. Make one with `tensor(...)`.

    data: the NumPy array. grad: a Tensor of the same shape once `backward` has run, else None.
    origin: the Receipt of the operation that made it, None for a tensor made by hand (a leaf).
    stamp: a one-element list shared by all views of one memory: when it was last overwritten.
    Source: https://docs.pytorch.org/docs/stable/tensors.html
    """

    __slots__ = ("__weakref__", "data", "grad", "origin", "requires_grad", "retains", "stamp")
    __array_priority__ = 1000  # so that `array + tensor` asks the tensor

    def __init__(self, data, requires_grad: bool = False):
        self.data = data if type(data) is ndarray else as_array(data)
        self.requires_grad = requires_grad
        self.grad = self.origin = self.stamp = self.retains = None

    # What it is.
    shape = property(lambda self: self.data.shape)
    dtype = property(lambda self: self.data.dtype)
    ndim = property(lambda self: self.data.ndim)
    itemsize = property(lambda self: self.data.itemsize)
    nbytes = property(lambda self: self.data.nbytes)
    is_leaf = property(lambda self: self.origin is None)

    def size(self, dim=None):
        return self.shape if dim is None else self.shape[dim]

    def dim(self) -> int:
        return self.data.ndim

    def numel(self) -> int:
        return self.data.size

    def stride(self) -> tuple:
        """How many values, not bytes, lie between neighbours along each dimension."""
        return tuple(step // self.data.itemsize for step in self.data.strides)

    def is_contiguous(self) -> bool:
        return self.data.flags.c_contiguous

    def is_floating_point(self) -> bool:
        return self.data.dtype.kind == "f"

    def numpy(self) -> np.ndarray:
        """The array itself, not a copy: what you write there is written here."""
        return self.data

    def tolist(self):
        return self.data.tolist()

    def item(self):
        if self.data.size != 1:
            raise RuntimeError(f"item() needs a tensor of one value, not of shape {self.shape}")
        return self.data.item()

    def __array__(self, dtype=None, copy=None):
        return np.array(self.data, dtype=dtype, copy=copy)

    def __repr__(self):
        text = np.array2string(self.data, separator=", ", precision=4, prefix="tensor(")
        kind = "" if self.data.dtype in (np.float32, np.int64, np.bool_) else f", dtype={self.dtype}"
        return f"tensor({text}{kind}{', requires_grad=True' if self.requires_grad else ''})"

    def __len__(self):
        if not self.data.ndim:
            raise TypeError("a 0-d tensor has no length")
        return self.data.shape[0]

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __bool__(self):
        if self.data.size != 1:
            raise RuntimeError(f"the truth of {self.data.size} values is ambiguous: use .any() or .all()")
        return bool(self.data.item())

    def __float__(self):
        return float(self.item())

    def __int__(self):
        return int(self.item())

    def __index__(self):
        if self.data.dtype.kind not in "iu":
            raise TypeError(f"only integers can be an index, not {self.dtype}")
        return self.item()

    def __contains__(self, value):
        return bool((self.data == unwrap(value)).any())

    # Arithmetic and functions: every one goes through the gate.
    __add__, __radd__ = binary(add)
    __sub__, __rsub__ = binary(sub)
    __mul__, __rmul__ = binary(mul)
    __truediv__, __rtruediv__ = binary(div)
    __pow__, __rpow__ = binary(pow_op)
    __matmul__, __rmatmul__ = binary(matmul)
    add, sub, mul, div, pow, matmul = __add__, __sub__, __mul__, __truediv__, __pow__, __matmul__
    neg = __neg__ = method(neg)
    abs = __abs__ = method(abs_op)
    exp, log, sqrt = method(exp), method(log), method(sqrt)
    tanh, sin, cos = method(tanh), method(sin), method(cos)
    maximum, minimum = method(maximum), method(minimum)

    def clamp(self, min=None, max=None):
        return clamp(self, min=min, max=max)

    __eq__, __ne__ = comparison(np.equal), comparison(np.not_equal)
    __lt__, __le__ = comparison(np.less), comparison(np.less_equal)
    __gt__, __ge__ = comparison(np.greater), comparison(np.greater_equal)
    __and__, __or__ = comparison(np.bitwise_and), comparison(np.bitwise_or)
    __hash__ = object.__hash__

    def __invert__(self):
        return Tensor(np.invert(self.data))

    def all(self, dim=None):
        return Tensor(np.all(self.data, axis=dim))

    def any(self, dim=None):
        return Tensor(np.any(self.data, axis=dim))

    # Reductions.
    sum, mean, amax = reduction(sum_op), reduction(mean_op), reduction(amax)

    def var(self, dim=None, correction=1, keepdim=False):
        """The mean squared distance from the mean, divided by n - correction."""
        centred = self - self.mean(dim=dim, keepdim=True)
        count = math.prod(self.shape[d] for d in dims_of(self.ndim, dim)) - correction
        return (centred * centred).sum(dim=dim, keepdim=keepdim) / count

    def std(self, dim=None, correction=1, keepdim=False):
        return self.var(dim, correction, keepdim).sqrt()

    def amin(self, dim=None, keepdim=False):
        return -amax(-self, dim=dim, keepdim=keepdim)

    def argmax(self, dim=None, keepdim=False):
        return Tensor(np.asarray(np.argmax(self.data, axis=dim, keepdims=keepdim)))

    def argmin(self, dim=None, keepdim=False):
        return Tensor(np.asarray(np.argmin(self.data, axis=dim, keepdims=keepdim)))

    def max(self, dim=None, keepdim=False):
        return self.amax() if dim is None else extreme(self, self.argmax(dim, True), dim, keepdim)

    def min(self, dim=None, keepdim=False):
        return self.amin() if dim is None else extreme(self, self.argmin(dim, True), dim, keepdim)

    # Shapes: views where the memory allows it.
    def reshape(self, *shape):
        return view_of(self, reshape_op(self, shape=sizes(shape)))

    view = reshape

    def transpose(self, dim0, dim1):
        return view_of(self, transpose_op(self, dim0=dim0, dim1=dim1))

    def permute(self, *dims):
        return view_of(self, permute_op(self, dims=sizes(dims)))

    T = property(lambda self: self.permute(tuple(range(self.ndim))[::-1]))
    mT = property(lambda self: self.transpose(-2, -1))

    def expand(self, *shape):
        shape = sizes(shape)
        kept = (1,) * (len(shape) - self.ndim) + self.shape
        return view_of(self, expand(self, shape=tuple(m if n == -1 else n for n, m in zip(shape, kept))))

    def flatten(self, start_dim=0, end_dim=-1):
        start, end = start_dim % self.ndim, end_dim % self.ndim
        return self.reshape(*self.shape[:start], -1, *self.shape[end + 1 :])

    def unsqueeze(self, dim):
        at = dim % (self.ndim + 1)
        return self.reshape(*self.shape[:at], 1, *self.shape[at:])

    def squeeze(self, dim=None):
        dims = dims_of(self.ndim, dim)
        return self.reshape(tuple(n for d, n in enumerate(self.shape) if n != 1 or d not in dims))

    def contiguous(self):
        return self if self.is_contiguous() else self.clone()

    # Picking and writing.
    def __getitem__(self, key):
        return view_of(self, index_op(self, key=unwrap(key)))

    def gather(self, dim, index):
        return gather(self, dim=dim, index=unwrap(index))

    def __setitem__(self, key, value):
        refuse_recorded(self, value)
        self.data[unwrap(key)] = unwrap(value)
        touch(self)

    def copy_(self, other):
        self[...] = other
        return self

    fill_ = copy_

    def zero_(self):
        return self.copy_(0)

    add_, __iadd__ = in_place(add, np.add)
    sub_, __isub__ = in_place(sub, np.subtract)
    mul_, __imul__ = in_place(mul, np.multiply)
    div_, __itruediv__ = in_place(div, np.true_divide)

    # Types.
    def to(self, dtype):
        return self if self.data.dtype == dtype else cast(self, dtype=np.dtype(dtype))

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
        return view_of(self, Tensor(self.data))

    def requires_grad_(self, requires_grad=True):
        if self.origin is not None and not requires_grad:
            raise RuntimeError("only a leaf can stop requiring gradients: use .detach()")
        if requires_grad and not self.is_floating_point():
            raise RuntimeError(f"only floating-point tensors can require gradients, not {self.dtype}")
        self.requires_grad = requires_grad
        return self

    def retain_grad(self):
        """Keep the gradient of a tensor that is no leaf, too."""
        self.retains = self.origin is not None

    def backward(self, gradient=None, retain_graph=False):
        from tinytorch.core.autograd import backward

        backward(self, gradient, retain_graph)

# %% #c0f3c7eae4ce
def view_of(x: Tensor, out: Tensor) -> Tensor:
    """`out`, which may share the memory of `x`: then it shares its stamp as well."""
    if out.data.base is not None or out.data is x.data:
        if x.stamp is None:
            x.stamp = [0]
        out.stamp = x.stamp
    return out


def touch(x: Tensor) -> None:
    """Note that the memory of `x` was overwritten just now."""
    if x.stamp is None:
        x.stamp = [0]
    x.stamp[0] = last_write[0] = tick()


def recorded(x: Tensor, other) -> bool:
    """Whether changing `x` by `other` would have to be recorded.

    Raises: RuntimeError for a leaf that requires gradients, as PyTorch does.
    """
    if not mode.recording:
        return False
    if x.requires_grad and x.origin is None:
        raise RuntimeError("a leaf that requires gradients changes only under no_grad()")
    return x.requires_grad or (isinstance(other, Tensor) and other.requires_grad)


def refuse_recorded(x: Tensor, other) -> None:
    """Raises: RuntimeError if overwriting `x` by `other` would have to be recorded."""
    if recorded(x, other):
        raise RuntimeError(
            "overwriting part of a recorded tensor is not recorded: "
            "build the result with where, cat or stack, or write under no_grad()"
        )


def overwrite(x: Tensor, ufunc, other) -> Tensor:
    """`x = ufunc(x, other)` in the memory of `x`."""
    value = other.data if isinstance(other, Tensor) else constant(other)
    try:
        ufunc(x.data, value, out=x.data, casting="same_kind")
    except (TypeError, ValueError) as error:
        raise RuntimeError(f"cannot change a {x.dtype} tensor of shape {x.shape} in place: {error}") from None
    touch(x)
    return x


def extreme(x: Tensor, indices: Tensor, dim: int, keepdim: bool) -> Extreme:
    """The values of `x` at `indices` along `dim`, with the indices."""
    key = list(np.indices(indices.shape, sparse=True))
    key[dim] = indices.data
    values = x[tuple(key)]
    return Extreme(values, indices) if keepdim else Extreme(values.squeeze(dim), indices.squeeze(dim))

# %% #edabc879a6f9
float32, float64 = np.dtype("float32"), np.dtype("float64")
int32, int64, uint8 = np.dtype("int32"), np.dtype("int64"), np.dtype("uint8")
bool_ = np.dtype("bool")


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
    return Tensor(array)


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
    values = np.arange(start, step=step) if end is None else np.arange(start, end, step)
    whole = all(isinstance(x, int) for x in (start, end or 0, step))
    return Tensor(values.astype(dtype or (int64 if whole else float32)))


def linspace(start, end, steps: int, dtype=float32) -> Tensor:
    return Tensor(np.linspace(start, end, steps).astype(dtype))


def zeros_like(x: Tensor) -> Tensor:
    return Tensor(np.zeros_like(x.data))


def ones_like(x: Tensor) -> Tensor:
    return Tensor(np.ones_like(x.data))


def cat(tensors, dim: int = 0) -> Tensor:
    """Join tensors along a dimension they already have."""
    return cat_op(*tensors, dim=dim)


def stack(tensors, dim: int = 0) -> Tensor:
    """Join tensors of one shape along a new dimension."""
    return cat_op(*[x.unsqueeze(dim) for x in tensors], dim=dim)


class Generator:
    """A source of random numbers with a state of its own."""

    def __init__(self, seed: int = 0):
        self.manual_seed(seed)

    def manual_seed(self, seed: int) -> "Generator":
        self.rng = np.random.default_rng(seed)
        return self


default_generator = Generator()


def manual_seed(seed: int) -> Generator:
    """Start the default generator anew, so that a run can be repeated."""
    return default_generator.manual_seed(seed)


def randn(*size, generator=None, requires_grad: bool = False) -> Tensor:
    """Normal random numbers of mean 0 and variance 1."""
    rng = (generator or default_generator).rng
    return Tensor(rng.standard_normal(sizes(size), np.float32)).requires_grad_(requires_grad)


def rand(*size, generator=None, requires_grad: bool = False) -> Tensor:
    """Uniform random numbers in [0, 1)."""
    rng = (generator or default_generator).rng
    return Tensor(rng.random(sizes(size), np.float32)).requires_grad_(requires_grad)


def randint(low: int, high: int, size: tuple, generator=None) -> Tensor:
    """Random whole numbers from `low` up to, not including, `high`."""
    return Tensor((generator or default_generator).rng.integers(low, high, size))


def randperm(n: int, generator=None) -> Tensor:
    """0 to n - 1 in random order."""
    return Tensor((generator or default_generator).rng.permutation(n))


def allclose(x: Tensor, y: Tensor, rtol=1e-5, atol=1e-8) -> bool:
    return np.allclose(x.data, y.data, rtol, atol)


def equal(x: Tensor, y: Tensor) -> bool:
    return np.array_equal(x.data, y.data)
