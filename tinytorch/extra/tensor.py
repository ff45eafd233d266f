# generated from tito/extra/tensor.py by `tito build`: edit that file
"""Functions, types and switches of PyTorch that scripts use beside module 01's tensors.

Functions that are methods as well, such as `mm`, are in the catalog as `mm=Tensor.mm`.
"""

import math
from typing import Any

import numpy as np

from tinytorch.core.tensor import Tensor, as_array, cat, float32, float64, stack
from tinytorch.lib.arguments import new_shape, sizes
from tinytorch.lib.devices import CPU, check_device, creation, device, no_gpu
from tinytorch.lib.dtypes import LEGACY
from tinytorch.lib.random import source
from tinytorch.lib.wording import worded

DOCS = "https://docs.pytorch.org/docs/stable"
inf, nan, pi, e = math.inf, math.nan, math.pi, math.e
dtype, finfo, iinfo = np.dtype, np.finfo, np.iinfo
Size = tuple  # what `x.shape` is


# ---- making tensors ----


@worded
@creation
def full_like(input: Tensor, fill_value: Any, *, dtype: Any = None) -> Tensor:
    """One value in the shape of `input`, and in its dtype if no other is given.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.full_like.html
    """
    return Tensor(np.full_like(input.array, fill_value, dtype, order="C"))


@worded
@creation
def empty_like(input: Tensor, *, dtype: Any = None) -> Tensor:
    """Whatever was in the memory, in the shape of `input`, and in its dtype if no other is given.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.empty_like.html
    """
    return Tensor(np.empty_like(input.array, dtype, order="C"))


@worded
@creation
def rand_like(input: Tensor, *, generator: Any = None, dtype: Any = None) -> Tensor:
    """Uniform random numbers in [0, 1), in the shape and dtype of `input`.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.rand_like.html
    """
    return empty_like(input, dtype=dtype).uniform_(generator=generator)


@worded
@creation
def randn_like(input: Tensor, *, generator: Any = None, dtype: Any = None) -> Tensor:
    """Normal random numbers of mean 0 and variance 1, in the shape and dtype of `input`.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.randn_like.html
    """
    return empty_like(input, dtype=dtype).normal_(generator=generator)


@worded
@creation
def randint_like(
    input: Tensor, low: int, high: int | None = None, *, generator: Any = None, dtype: Any = None
) -> Tensor:
    """Whole numbers from `low` to below `high`, or from 0 to below `low`, in the shape of `input`.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.randint_like.html
    """
    limits = (low,) if high is None else (low, high)
    return empty_like(input, dtype=dtype).random_(*limits, generator=generator)


@worded
@creation
def normal(
    mean: Any = 0.0, std: Any = 1.0, size: Any = None, *, generator: Any = None, dtype: Any = None
) -> Tensor:
    """Normal random numbers of a mean and a standard deviation.

    Shapes: `size`, or that to which `mean` and `std` broadcast, if one of them is a tensor.
    Raises: RuntimeError for a negative standard deviation.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.normal.html
    """
    mean, std = (getattr(x, "array", x) for x in (mean, std))
    if np.any(np.less(std, 0)):
        raise RuntimeError(f"normal: a standard deviation is not negative, as in {std}")
    shape = np.broadcast_shapes(np.shape(mean), np.shape(std)) if size is None else sizes((size,))
    is_wide = any(isinstance(x, np.ndarray) and x.dtype == float64 for x in (mean, std))
    drawn = source(generator).rng.normal(mean, std, shape)
    return Tensor(np.asarray(drawn).astype(dtype or (float64 if is_wide else float32)))


@worded
@creation
def logspace(
    start: float, end: float, steps: int, base: float = 10.0, dtype: Any = float32
) -> Tensor:
    """`base` to the power of `steps` numbers at equal distances. Shapes: -> (steps,).

    Source: https://docs.pytorch.org/docs/stable/generated/torch.logspace.html
    """
    return Tensor(np.logspace(start, end, steps, base=base).astype(dtype))


# ---- several tensors ----


def _at_least(tensors: Any, ndim: int) -> list[Tensor]:
    return [x if x.ndim >= ndim else x.reshape(*[1] * (ndim - x.ndim), *x.shape) for x in tensors]


@worded
def hstack(tensors: Any) -> Tensor:
    """Tensors joined along dimension 1, or 0 if they have one only. Shapes: (2,), (3,) -> (5,).

    Source: https://docs.pytorch.org/docs/stable/generated/torch.hstack.html
    """
    tensors = _at_least(tensors, 1)
    return cat(tensors, dim=0 if tensors[0].ndim == 1 else 1)


@worded
def vstack(tensors: Any) -> Tensor:
    """Tensors joined along dimension 0, rows if they have one only. Shapes: (3,), (3,) -> (2, 3).

    Source: https://docs.pytorch.org/docs/stable/generated/torch.vstack.html
    """
    return cat(_at_least(tensors, 2), dim=0)


@worded
def column_stack(tensors: Any) -> Tensor:
    """Columns joined to a matrix. Shapes: (3,), (3, 2) -> (3, 3).

    Source: https://docs.pytorch.org/docs/stable/generated/torch.column_stack.html
    """
    return cat([x.reshape(-1, 1) if x.ndim < 2 else x for x in tensors], dim=1)


@worded
def einsum(equation: str, *tensors: Any) -> Tensor:
    """Sums of products, as Einstein wrote them: "ik,kj->ij" is the product of matrices.

    Shapes: a letter for each dimension; what the result does not have is added up.
    Raises: RuntimeError for an equation that does not fit the tensors.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.einsum.html
    """
    if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)):
        tensors = tuple(tensors[0])
    return Tensor._ops.einsum(*tensors, equation=equation)


@worded
def tensordot(a: Tensor, b: Tensor, dims: Any = 2) -> Tensor:
    """Sums of products over the last `dims` dimensions of `a` and the first of `b`.

    dims: how many, or two lists, those of `a` and those of `b`.
    Shapes: (2, 3, 4), (3, 4, 5) -> (2, 5) for dims=2.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.tensordot.html
    """
    n, m = a.ndim, b.ndim
    first, second = (range(n - dims, n), range(dims)) if isinstance(dims, int) else dims
    over_a, over_b = [d % n for d in first], [d % m for d in second]
    sizes_a, sizes_b = [a.shape[d] for d in over_a], [b.shape[d] for d in over_b]
    if sizes_a != sizes_b:
        raise RuntimeError(f"tensordot: sizes {sizes_a} of the first and {sizes_b} of the second")
    left, right = ([d for d in range(k) if d not in o] for k, o in ((n, over_a), (m, over_b)))
    rows = a.permute(*left, *over_a).reshape(-1, math.prod(sizes_a))
    columns = b.permute(*over_b, *right).reshape(math.prod(sizes_b), -1)
    return (rows @ columns).reshape([a.shape[d] for d in left] + [b.shape[d] for d in right])


@worded
def broadcast_tensors(*tensors: Tensor) -> tuple[Tensor, ...]:
    """All in the one shape that they broadcast to, as views. Shapes: (3, 1), (2,) -> (3, 2) twice.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.broadcast_tensors.html
    """
    try:
        shape = np.broadcast_shapes(*(x.array.shape for x in tensors))
    except ValueError:
        got = " and ".join(str(x.shape) for x in tensors)
        raise RuntimeError(f"broadcast_tensors got shapes {got}, which do not fit") from None
    return tuple(x.expand(shape) for x in tensors)


@worded
def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Tensor, ...]:
    """The coordinates of a grid: for each vector its values along a dimension of its own.

    Shapes: (m,), (n,) -> (m, n) twice; with indexing="xy" (n, m).
    Source: https://docs.pytorch.org/docs/stable/generated/torch.meshgrid.html
    """
    if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)):
        tensors = tuple(tensors[0])
    if indexing not in ("ij", "xy"):
        raise RuntimeError(f"meshgrid: indexing is 'ij' or 'xy', not {indexing!r}")
    order = list(range(len(tensors)))
    if indexing == "xy":
        order[:2] = order[1::-1]
    shape = [tensors[i].numel() for i in order]
    return tuple(
        x.reshape([-1 if j == i else 1 for j in order]).expand(shape) for i, x in enumerate(tensors)
    )


@worded
def cartesian_prod(*tensors: Tensor) -> Tensor:
    """All ways to take a value from each vector, a row each. Shapes: (m,), (n,) -> (m n, 2).

    Source: https://docs.pytorch.org/docs/stable/generated/torch.cartesian_prod.html
    """
    if len(tensors) == 1:
        return tensors[0]
    return stack([x.reshape(-1) for x in meshgrid(*tensors)], dim=1)


# ---- questions ----

numel, is_floating_point, detach = map(
    worded, (Tensor.numel, Tensor.is_floating_point, Tensor.detach)
)


@worded
def is_tensor(obj: object) -> bool:
    """Whether it is a Tensor, of whatever shape.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.is_tensor.html
    """
    return isinstance(obj, Tensor)


@worded
def get_default_dtype() -> np.dtype:
    """float32, in which Python's floats are stored, whatever the shape.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.get_default_dtype.html
    """
    return float32


@worded
def set_default_dtype(d: Any) -> None:
    """Takes float32, which is the default of all shapes.

    Raises: RuntimeError for another one: there is no other default here.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.set_default_dtype.html
    """
    if np.dtype(getattr(d, "dtype", d)) != float32:
        raise RuntimeError(f"the default dtype is float32 here: say dtype={d} where you need it")


@worded
def set_default_tensor_type(t: Any) -> None:
    """Takes FloatTensor, the default of all shapes. Raises: RuntimeError for another type.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.set_default_tensor_type.html
    """
    if isinstance(t, str):
        if ".cuda." in t:
            raise no_gpu(t)
        t = LEGACY.get(t.removeprefix("torch."), t)
    set_default_dtype(t)


@worded
def get_default_device() -> device:
    """The CPU, whatever the shape.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.get_default_device.html
    """
    return CPU


@worded
def set_default_device(device: Any) -> None:
    """Takes the CPU, where tensors of all shapes are. Raises: AssertionError for a GPU.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.set_default_device.html
    """
    check_device(device)


def without_effect(*args: Any, **kwargs: Any) -> None:
    """Takes what PyTorch takes, tensors of any shape too, and does nothing.

    There is nothing to switch: one device, results that always repeat, one way to compute.
    Source: https://docs.pytorch.org/docs/stable/cuda.html
    """


@worded
def get_num_threads() -> int:
    """1: how many threads NumPy's products use is the environment's to say, for any shape.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.get_num_threads.html
    """
    return 1


# ---- GPUs: there are none ----


def never(*args: Any) -> bool:
    """False: that device is not there, for tensors of any shape.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.cuda.is_available.html
    """
    return False


def none(*args: Any) -> int:
    """0: so many of that device are there, or so many bytes used on it, for any shape.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.cuda.device_count.html
    """
    return 0


def needs_gpu(*args: Any, **kwargs: Any) -> Any:
    """Stands for what needs a GPU, whatever the shape. Raises: AssertionError.

    Source: https://docs.pytorch.org/docs/stable/cuda.html
    """
    raise no_gpu("this function of torch.cuda")


def seed_of_no_gpu(seed: int) -> None:
    """Does nothing, as there is no GPU: `torch.manual_seed` seeds the CPU. Shapes: none.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.cuda.manual_seed.html
    """


benchmark = deterministic = allow_tf32 = False  # of torch.backends: to be set at will
enabled = True


# ---- PyTorch's old names of types ----


class LegacyType(type):
    """The type of FloatTensor and its like: tensors of their dtype are their instances."""

    dtype: np.dtype
    on_gpu: bool = False

    def __instancecheck__(cls, x: object) -> bool:
        return isinstance(x, Tensor) and x.array.dtype == cls.dtype and not cls.on_gpu

    def __call__(cls, *data: Any) -> Tensor:
        if cls.on_gpu:
            raise no_gpu(f"torch.cuda.{cls.__name__}")
        if len(data) == 1 and not isinstance(data[0], int):
            return Tensor(as_array(data[0], cls.dtype))
        return Tensor(np.zeros(new_shape(data or (0,)), cls.dtype))


def _legacy(name: str, on_gpu: bool) -> LegacyType:
    doc = f"""Tensors of {LEGACY[name]}: {name}(2, 3) of that shape, {name}([1, 2]) of these values.

    Source: https://docs.pytorch.org/docs/stable/tensors.html"""
    attributes = {"__doc__": doc, "dtype": LEGACY[name], "on_gpu": on_gpu, "__module__": __name__}
    return LegacyType(name, (), attributes)


FloatTensor, DoubleTensor, IntTensor, LongTensor, ByteTensor, BoolTensor = (
    _legacy(name, False) for name in LEGACY
)
(
    CudaFloatTensor,
    CudaDoubleTensor,
    CudaIntTensor,
    CudaLongTensor,
    CudaByteTensor,
    CudaBoolTensor,
) = (_legacy(name, True) for name in LEGACY)


# ---- torch.linalg ----


@worded
def vector_norm(x: Tensor, ord: Any = 2, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The norm of all values, or along `dim`. Shapes: (2, 3) -> (), or (2,) for dim=1.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.linalg.vector_norm.html
    """
    return x.norm(ord, dim, keepdim)


@worded
def linalg_norm(A: Tensor, ord: Any = None, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The norm of a vector or, without `ord`, of all values. Shapes: (2, 3) -> (), or (2,).

    Raises: RuntimeError for a norm of matrices, which is not here.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.linalg.norm.html
    """
    dims = range(A.ndim) if dim is None else dim if isinstance(dim, (tuple, list)) else (dim,)
    if ord not in (None, "fro") and len(dims) != 1:
        raise RuntimeError(f"linalg.norm: ord={ord!r} of matrices is not here, only of vectors")
    return A.norm("fro" if ord is None else ord, dim, keepdim)
