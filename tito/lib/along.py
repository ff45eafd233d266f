"""Methods that run along dimensions: products, sums on the way, norms, and what sorts or counts."""

from typing import Any, ClassVar, NamedTuple

import numpy as np

from .primitives import Methods, Primitive, dims_along, refuse, unwrapped

__all__ = ["Along", "Found"]


class Found(NamedTuple):
    """What `topk`, `sort` and their like return: values, and where they were."""

    values: Any
    indices: Any


def _wide(x: Any) -> Any:
    """The dtype in which whole numbers and booleans are added up or multiplied."""
    return None if x.dtype.kind == "f" else np.int64


def _others(x: Any, axis: int) -> Any:
    """For each value the product of all others along `axis`: of those before, and those behind."""
    count = x.shape[axis]
    if not count:
        return x
    ones = np.ones_like(np.take(x, [0], axis))
    before = np.cumprod(np.concatenate([ones, np.take(x, range(count - 1), axis)], axis), axis)
    behind = np.flip(np.take(x, range(1, count), axis), axis)
    behind = np.flip(np.cumprod(np.concatenate([ones, behind], axis), axis), axis)
    return before * behind


def _prod(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    return np.prod(x, axis=dim, keepdims=keepdim, dtype=_wide(x))


def _prod_rule(g: Any, out: Any, x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    if not np.ndim(x):
        return g
    if dim is None:
        return np.reshape(g, -1)[0] * _others(x.reshape(-1), 0).reshape(x.shape)
    return (g if keepdim else np.expand_dims(g, dim)) * _others(x, dim)


def _along(ufunc: Any) -> Any:
    return lambda x, dim: ufunc(x, axis=dim, dtype=_wide(x)) if np.ndim(x) else x * ufunc([1])[0]


def _from_behind(x: Any, dim: int) -> Any:
    return np.flip(np.cumsum(np.flip(x, dim), axis=dim), dim)


def _cumprod_rule(g: Any, out: Any, x: Any, dim: int) -> Any:
    if not np.ndim(x):
        return g
    if np.all(x):
        return _from_behind(g * out, dim) / x
    x, g = np.moveaxis(x, dim, 0), np.moveaxis(g, dim, 0)
    gradient = np.zeros_like(x)
    for i in range(len(x)):  # division by 0 is no way: each value left out, in turn
        products = np.concatenate([x[:i], np.ones_like(x[:1]), x[i + 1 :]]).cumprod(axis=0)
        gradient[i] = np.sum(g[i:] * products[i:], axis=0)
    return np.moveaxis(gradient, 0, dim)


def _norm(x: Any, p: float, dim: tuple[int, ...], keepdim: bool) -> Any:
    size = np.abs(x)
    if p == np.inf or p == -np.inf:
        return (np.max if p > 0 else np.min)(size, axis=dim, keepdims=keepdim)
    if p == 0:
        return np.sum(x != 0, axis=dim, keepdims=keepdim, dtype=x.dtype)
    if p == 1:
        return np.sum(size, axis=dim, keepdims=keepdim)
    if p == 2:
        return np.sqrt(np.sum(x * x, axis=dim, keepdims=keepdim))
    return np.sum(size**p, axis=dim, keepdims=keepdim) ** (1 / p)


def _norm_rule(g: Any, out: Any, x: Any, p: float, dim: tuple[int, ...], keepdim: bool) -> Any:
    """Where the norm is 0 its gradient is 0."""
    shape = [1 if d in dim else n for d, n in enumerate(np.shape(x))]
    g, out = np.reshape(g, shape), np.reshape(out, shape)
    if p == np.inf or p == -np.inf:
        chosen = np.abs(x) == out
        return g * chosen * np.sign(x) / np.sum(chosen, axis=dim, keepdims=True, dtype=x.dtype)
    with np.errstate(all="ignore"):
        size = np.abs(x)
        share = size / out if p == 2 else 1.0 if p == 1 else (size / out) ** (p - 1)
    return np.where((out == 0) | (x == 0), 0, g * np.sign(x) * share)


class Along(Methods):
    """Products and norms, sorting and counting."""

    __slots__ = ()
    _primitives: ClassVar[dict[str, Primitive]] = {
        "prod": Primitive(_prod, (_prod_rule,), "inputs"),
        "cumsum": Primitive(
            _along(np.cumsum),
            (lambda g, out, x, dim: _from_behind(g, dim) if np.ndim(x) else g,),
        ),
        "cumprod": Primitive(_along(np.cumprod), (_cumprod_rule,), "inputs output"),
        "norm": Primitive(_norm, (_norm_rule,), "inputs output"),
    }

    def _one_dim(self: Any, name: str, dim: Any) -> int:
        """The dimension `dim`, counted from 0. Raises: IndexError if it is not there."""
        found = dims_along(name, self.array.ndim, dim)
        return found[0] if found else 0

    def prod(self: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
        """The product along `dim`, or of all values; of whole numbers in int64.

        Shapes: (2, 3) -> (), (3,) for dim=0, (2, 1) for dim=1 with keepdim.
        """
        x = self if dtype is None else self.to(dtype)
        if dim is None:
            return self._ops.prod(x)
        return self._ops.prod(x, dim=self._one_dim("prod", dim), keepdim=keepdim)

    def cumsum(self: Any, dim: int, *, dtype: Any = None) -> Any:
        """The sum of each value and all before it along `dim`. Shapes: any, kept."""
        x = self if dtype is None else self.to(dtype)
        return self._ops.cumsum(x, dim=self._one_dim("cumsum", dim))

    def cumprod(self: Any, dim: int, *, dtype: Any = None) -> Any:
        """The product of each value and all before it along `dim`. Shapes: any, kept."""
        x = self if dtype is None else self.to(dtype)
        return self._ops.cumprod(x, dim=self._one_dim("cumprod", dim))

    def norm(
        self: Any, p: Any = "fro", dim: Any = None, keepdim: bool = False, dtype: Any = None
    ) -> Any:
        """The p-th root of the sum of |x|**p; for infinity the largest |x|.

        For p=0 how many are not 0, which has no gradient.

        Shapes: (2, 3) -> (), (3,) for dim=0, (2, 1) for dim=1 with keepdim.
        Raises: RuntimeError for whole numbers, or a p that is no number.
        """
        x = self if dtype is None else self.to(dtype)
        if x.array.dtype.kind != "f":
            raise refuse("norm", f"of {x.dtype} values: turn them into floats with .float()")
        p = 2.0 if p in ("fro", None) else p
        if isinstance(p, str) and p != "inf":
            raise refuse("norm", f"p={p!r}: only norms of vectors are here, p a number or 'fro'")
        dims = dims_along("norm", x.array.ndim, dim)
        x = x.detach() if p == 0 else x
        return self._ops.norm(x, p=float(p), dim=dims, keepdim=keepdim)

    def logsumexp(self: Any, dim: Any, keepdim: bool = False) -> Any:
        """The logarithm of the sum of exp(x) along `dim`, without overflow.

        Shapes: (2, 3) -> (3,) for dim=0, (2, 1) for dim=1 with keepdim.
        """
        x = self if self.array.dtype.kind == "f" else self.float()
        dims_along("logsumexp", x.array.ndim, dim)
        largest = x.detach().amax(dim, True)
        largest = self._plain(np.where(np.isfinite(largest.array), largest.array, 0))
        total = (x - largest).exp().sum(dim, True).log() + largest
        return total if keepdim else total.squeeze(dim)

    def dist(self: Any, other: Any, p: float = 2) -> Any:
        """The norm of self - other. Shapes: any two that broadcast -> ()."""
        return (self - other).norm(p)

    # What picks values by their order: the gradient goes where they come from.
    def _picked(self: Any, indices: Any, dim: int) -> Found:
        places = self._plain(np.array(indices))
        return Found(self.gather(dim, places) if self.array.ndim else self.clone(), places)

    def _order(self: Any, dim: int, descending: bool) -> Any:
        """Where the sorted values are, equal ones in their old order, NaN as the largest."""
        x = self.array if self.array.ndim else self.array.reshape(1)
        if descending:
            backwards = np.argsort(np.flip(x, dim), axis=dim, kind="stable")
            order = x.shape[dim] - 1 - np.flip(backwards, dim)
        else:
            order = np.argsort(x, axis=dim, kind="stable")
        return order.reshape(self.array.shape)

    def sort(self: Any, dim: int = -1, descending: bool = False, stable: bool = False) -> Any:
        """(values, indices): the values in order along `dim`, and where they were.

        Shapes: any, kept. Equal values keep their order.
        """
        dim = self._one_dim("sort", dim)
        return self._picked(self._order(dim, descending), dim)

    def argsort(self: Any, dim: int = -1, descending: bool = False, stable: bool = False) -> Any:
        """Where the values in order along `dim` are: int64. Shapes: any, kept."""
        return self._plain(self._order(self._one_dim("argsort", dim), descending))

    def topk(self: Any, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Any:
        """(values, indices): the `k` largest values along `dim`, largest first, and where they are.

        Shapes: (2, 5) -> (2, k). Raises: RuntimeError for a k that is larger than the dimension.
        """
        dim = self._one_dim("topk", dim)
        count = self.array.shape[dim] if self.array.ndim else 1
        if not 0 <= k <= count:
            raise refuse(
                "topk", f"k={k} of {count} values along dim {dim}: take k from 0 to {count}"
            )
        order = self._order(dim, largest)
        return self._picked(np.take(order, range(k), dim) if order.ndim else order, dim)

    def kthvalue(self: Any, k: int, dim: int = -1, keepdim: bool = False) -> Any:
        """(values, indices) of the k-th smallest value along `dim`, counted from 1.

        Shapes: (2, 5) -> (2,), or (2, 1) with keepdim.
        """
        dim = self._one_dim("kthvalue", dim)
        count = self.array.shape[dim] if self.array.ndim else 1
        if not 1 <= k <= count:
            raise refuse("kthvalue", f"k={k} of {count} values: take k from 1 to {count}")
        order = self._order(dim, False)
        if not order.ndim:
            return self._picked(order, dim)
        found = self._picked(np.take(order, [k - 1], dim), dim)
        return found if keepdim else Found(*(x.squeeze(dim) for x in found))

    def median(self: Any, dim: Any = None, keepdim: bool = False) -> Any:
        """The lower median of all values; along `dim`, (values, indices).

        Shapes: (2, 5) -> (), or (2,) for dim=1.
        """
        if dim is None:
            flat = self.reshape(-1)
            return flat.kthvalue((flat.array.size + 1) // 2).values
        count = self.array.shape[self._one_dim("median", dim)] if self.array.ndim else 1
        return self.kthvalue((count + 1) // 2, dim, keepdim)

    # What counts.
    def nonzero(self: Any, *, as_tuple: bool = False) -> Any:
        """Where the values are not 0: (n, number of dimensions), or a tuple of a tensor for each.

        Shapes: any -> (n, ndim).
        """
        array = self.array if self.array.ndim or not as_tuple else self.array.reshape(1)
        if as_tuple:
            return tuple(self._plain(places) for places in np.nonzero(array))
        return self._plain(np.argwhere(array))

    def argwhere(self: Any) -> Any:
        """Where the values are not 0. Shapes: any -> (n, ndim)."""
        return self.nonzero()

    def count_nonzero(self: Any, dim: Any = None) -> Any:
        """How many values are not 0: int64. Shapes: (2, 3) -> (), (3,) for dim=0."""
        dims = dims_along("count_nonzero", self.array.ndim, dim)
        return self._plain(np.asarray(np.count_nonzero(self.array, axis=dims), np.int64))

    def unique(
        self: Any,
        sorted: bool = True,
        return_inverse: bool = False,
        return_counts: bool = False,
        dim: Any = None,
    ) -> Any:
        """The different values, in order; with them, if asked, where each value went and how many.

        Shapes: any -> (n,); for `dim` the different slices along it.
        """
        if dim is not None:
            dim = self._one_dim("unique", dim)
        unique: Any = np.unique
        made = unique(
            self.array, return_inverse=return_inverse, return_counts=return_counts, axis=dim
        )
        if not (return_inverse or return_counts):
            return self._plain(made)
        return tuple(self._plain(np.asarray(one)) for one in made)

    def bincount(self: Any, weights: Any = None, minlength: int = 0) -> Any:
        """How often 0, 1, 2, ... are among the values, or the sums of their `weights`.

        Shapes: (n,) -> (largest value + 1,). Raises: RuntimeError for anything but whole numbers
        from 0 up in one dimension.
        """
        array = self.array
        if array.ndim != 1 or array.dtype.kind not in "iu" or (array.size and array.min() < 0):
            raise refuse(
                "bincount",
                f"of {self.dtype} values of shape {self.shape}: it counts whole numbers from 0 up, "
                "in one dimension",
            )
        return self._plain(np.bincount(array, unwrapped(weights), minlength))

    def histc(self: Any, bins: int = 100, min: float = 0, max: float = 0) -> Any:
        """How many values are in each of `bins` equal intervals from `min` to `max`.

        With both 0, from the smallest value to the largest. Shapes: any -> (bins,).
        """
        if self.array.dtype.kind != "f":
            raise refuse("histc", f"of {self.dtype} values: turn them into floats with .float()")
        limits = (min, max) if min != max else (self.array.min(), self.array.max())
        counts, _ = np.histogram(self.array, bins, limits)
        return self._plain(counts.astype(self.dtype))
