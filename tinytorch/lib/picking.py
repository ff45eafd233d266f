# generated from tito/lib/picking.py by `tito build`: edit that file
"""Methods that pick values, or write them, by masks and by indices."""

from typing import Any, ClassVar

import numpy as np

from .primitives import Methods, Primitive, dims_along, refuse, unwrapped

__all__ = ["Picking"]


def _places(index: Any, dim: int) -> tuple[Any, ...]:
    """Where `scatter` writes: out[i, index[i, j]] for dim 1."""
    counts = np.ogrid[tuple(map(slice, index.shape))]
    return (*counts[:dim], index, *counts[dim + 1 :])


def _slices(ndim: int, dim: int, index: Any) -> tuple[Any, ...]:
    """The whole of each dimension but `dim`, and there `index`."""
    return (*[slice(None)] * dim, index, *[slice(None)] * (ndim - dim - 1))


def _part(src: Any, index: Any) -> Any:
    """The part of `src` that `index` asks for; a number stays one."""
    return src[tuple(map(slice, index.shape))] if np.ndim(src) else src


def _scatter(x: Any, src: Any, dim: int, index: Any, add: bool) -> Any:
    out = np.array(x)
    if add:
        np.add.at(out, _places(index, dim), _part(src, index))
    else:
        out[_places(index, dim)] = _part(src, index)
    return out


def _scatter_x(g: Any, out: Any, x: Any, src: Any, dim: int, index: Any, add: bool) -> Any:
    if add:
        return g
    g = np.array(g)
    g[_places(index, dim)] = 0
    return g


def _scatter_src(g: Any, out: Any, x: Any, src: Any, dim: int, index: Any, add: bool) -> Any:
    picked = g[_places(index, dim)]
    if not np.ndim(src):
        return picked.sum()
    gradient = np.zeros(src.shape, g.dtype)
    gradient[tuple(map(slice, index.shape))] = picked
    return gradient


def _index_add(x: Any, src: Any, dim: int, index: Any, alpha: float) -> Any:
    out = np.array(x)
    np.add.at(out, _slices(out.ndim, dim, index), src if alpha == 1 else src * x.dtype.type(alpha))
    return out


def _select_rule(g: Any, out: Any, x: Any, dim: int, index: Any) -> Any:
    gradient = np.zeros_like(x)
    np.add.at(gradient, _slices(x.ndim, dim, index), g)
    return gradient


def _fill(x: Any, value: Any, mask: Any) -> Any:
    try:
        return np.where(mask, np.asarray(value).astype(x.dtype), x)
    except ValueError:
        raise ValueError(f"a mask of shape {mask.shape} does not broadcast with it") from None


class Picking(Methods):
    """Masks, indices, and writing by them."""

    __slots__ = ()
    _primitives: ClassVar[dict[str, Primitive]] = {
        "masked_fill": Primitive(
            _fill,
            (
                lambda g, out, x, value, mask: np.where(mask, 0, g),
                lambda g, out, x, value, mask: np.where(mask, g, 0),
            ),
        ),
        "where": Primitive(
            lambda x, other, condition: np.where(condition, x, other),
            (
                lambda g, out, x, other, condition: np.where(condition, g, 0),
                lambda g, out, x, other, condition: np.where(condition, 0, g),
            ),
        ),
        "index_select": Primitive(lambda x, dim, index: np.take(x, index, dim), (_select_rule,)),
        "scatter": Primitive(_scatter, (_scatter_x, _scatter_src)),
        "index_add": Primitive(
            _index_add,
            (
                lambda g, out, x, src, **how: g,
                lambda g, out, x, src, dim, index, alpha: np.take(g, index, dim) * alpha,
            ),
        ),
    }

    def _index(
        self: Any,
        name: str,
        index: Any,
        size: int,
        dims: int | None = None,
        error: Any = IndexError,
        least: int = 0,
    ) -> Any:
        """A copy of an index as an array, so that writing to the tensor later changes nothing.

        Raises: TypeError for what is no tensor, RuntimeError for one of other numbers than int64,
        `error` for a number below `least` or above size - 1.
        """
        array = unwrapped(index)
        if not isinstance(array, np.ndarray):
            kind = type(array).__name__
            raise TypeError(f"{name}: the index is a tensor of int64, not {kind}: use tensor(...)")
        if array.dtype.kind not in "iu":
            raise refuse(name, f"the index is a tensor of int64, not {array.dtype}: use .long()")
        if dims is not None and array.ndim != dims:
            raise refuse(name, f"an index of {array.ndim} dimensions for {dims}")
        if array.size and not (array.min() >= least and array.max() < size):
            wrong = array[(array < least) | (array >= size)][0]
            raise error(f"{name}: index {wrong} is out of range: there are {size} values")
        return np.array(array)

    def _mask(self: Any, name: str, mask: Any) -> Any:
        """Raises: RuntimeError for what does not hold booleans."""
        array = unwrapped(mask)
        if not isinstance(array, np.ndarray) or array.dtype.kind != "b":
            kind = getattr(array, "dtype", type(array).__name__)
            raise refuse(name, f"the mask is a tensor of booleans, such as x > 0, not {kind}")
        return np.array(array)

    def masked_fill(self: Any, mask: Any, value: Any) -> Any:
        """self, but `value` where `mask` is True. Shapes: any two that broadcast."""
        if getattr(value, "ndim", 0):
            raise refuse("masked_fill", f"one value, not a tensor of shape {value.shape}")
        if self.array.dtype.kind != "f" and (
            getattr(value, "requires_grad", False) or not np.isfinite(unwrapped(value))
        ):
            raise refuse("masked_fill", f"{value} does not fit into a tensor of {self.dtype}")
        return self._ops.masked_fill(self, value, mask=self._mask("masked_fill", mask))

    def masked_select(self: Any, mask: Any) -> Any:
        """The values where `mask` is True. Shapes: any two that broadcast -> (n,)."""
        array = self._mask("masked_select", mask)
        shape = np.broadcast_shapes(self.array.shape, array.shape)
        return self.expand(shape)[self._plain(np.broadcast_to(array, shape))]

    def index_select(self: Any, dim: int, index: Any) -> Any:
        """The slices along `dim` whose numbers are in `index`. Shapes: (2, 3), (n,) -> (n, 3)."""
        (dim,) = dims_along("index_select", self.array.ndim, dim)
        index = self._index("index_select", index, self.array.shape[dim])
        return self._ops.index_select(self, dim=dim, index=index.reshape(-1))

    def take(self: Any, index: Any) -> Any:
        """Values picked as if self had one dimension. Shapes: of `index`."""
        size = self.array.size
        return self.reshape(-1)[self._index("take", index, size, least=-size)]

    def take_along_dim(self: Any, indices: Any, dim: Any = None) -> Any:
        """As `gather`, but the shapes broadcast; without `dim`, of all values in a row."""
        if dim is None:
            return self.reshape(-1).gather(0, indices.reshape(-1))
        (dim,) = dims_along("take_along_dim", self.array.ndim, dim)
        shapes = [list(x.array.shape) for x in (self, indices)]
        kept = [shape.pop(dim) for shape in shapes]
        full = list(np.broadcast_shapes(*map(tuple, shapes)))
        x, index = (
            one.expand(*full[:dim], n, *full[dim:])
            for one, n in zip((self, indices), kept, strict=True)
        )
        return x.gather(dim, index)

    def _scattered(self: Any, name: str, dim: int, index: Any, src: Any, add: bool) -> Any:
        ndim = self.array.ndim
        (dim,) = dims_along(name, ndim, dim) or (0,)
        size = self.array.shape[dim] if ndim else 1
        index = self._index(name, index, size, ndim, RuntimeError)
        limits = [s.array.shape for s in (self, src) if hasattr(s, "array")]
        for d, n in enumerate(index.shape):
            if any(n > shape[d] for shape in limits[1:]) or (d != dim and n > limits[0][d]):
                raise refuse(name, f"an index of shape {index.shape} for {limits}: it is larger")
        return self._ops.scatter(self, src, dim=dim, index=index, add=add)

    def scatter(
        self: Any, dim: int, index: Any, src: Any = None, value: Any = None, reduce: Any = None
    ) -> Any:
        """self with `src` written along `dim`: out[i, index[i, j]] = src[i, j] for dim=1.

        Shapes: index and src no larger than self, but for `dim` -> that of self. `src` may be a
        number. reduce: "add" adds instead.
        """
        if reduce not in (None, "add"):
            raise refuse("scatter", f"reduce={reduce!r}: only 'add' is here")
        src = value if src is None else src
        return self._scattered("scatter", dim, index, src, reduce == "add")

    def scatter_add(self: Any, dim: int, index: Any, src: Any) -> Any:
        """self with `src` added along `dim`: out[i, index[i, j]] += src[i, j] for dim=1.

        Shapes: index and src no larger than self, but for `dim` -> that of self.
        """
        return self._scattered("scatter_add", dim, index, src, True)

    def index_add(self: Any, dim: int, index: Any, source: Any, *, alpha: float = 1) -> Any:
        """self with the slices of `source` added to those that `index` names along `dim`.

        Shapes: (5, 3), (n,), (n, 3) -> (5, 3) for dim=0.
        """
        (dim,) = dims_along("index_add", self.array.ndim, dim)
        index = self._index("index_add", index, self.array.shape[dim], 1, RuntimeError)
        return self._ops.index_add(self, source, dim=dim, index=index, alpha=alpha)

    def _overwritten(self: Any, name: str, dim: int, index: Any, write: Any) -> Any:
        """A copy of self with slices along `dim` written over."""
        (dim,) = dims_along(name, self.array.ndim, dim)
        index = self._index(name, index, self.array.shape[dim], 1)
        shape = [len(index) if d == dim else 1 for d in range(self.array.ndim)]
        full = [len(index) if d == dim else n for d, n in enumerate(self.array.shape)]
        places = self._plain(np.broadcast_to(index.reshape(shape), full))
        return self.scatter(dim, places, write.expand(full) if hasattr(write, "expand") else write)

    def index_fill(self: Any, dim: int, index: Any, value: Any) -> Any:
        """self with `value` in the slices that `index` names along `dim`. Shapes: of self."""
        return self._overwritten("index_fill", dim, index, value)

    def index_copy(self: Any, dim: int, index: Any, source: Any) -> Any:
        """self with slices of `source` where `index` names them along `dim`. Shapes: of self."""
        return self._overwritten("index_copy", dim, index, source)

    def where(self: Any, condition: Any, other: Any) -> Any:
        """self where `condition` is True, else `other`. Shapes: any three that broadcast."""
        return self._ops.where(self, other, condition=self._mask("where", condition))
