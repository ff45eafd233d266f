"""Methods that lay values out anew: turned, repeated, cut into parts, or on a diagonal."""

import math
from typing import Any, ClassVar

import numpy as np

from .arguments import sizes
from .primitives import Methods, Primitive, dims_along, refuse

__all__ = ["Layout"]


def _repeat_rule(g: Any, out: Any, x: Any, times: tuple[int, ...]) -> Any:
    """Each value has the sum of its copies' gradients."""
    shape = (1,) * (len(times) - np.ndim(x)) + np.shape(x)
    split = [n for pair in zip(times, shape, strict=True) for n in pair]
    return g.reshape(split).sum(axis=tuple(range(0, len(split), 2))).reshape(np.shape(x))


def _triangle(half: Any) -> Primitive:
    return Primitive(
        lambda x, diagonal: half(x, diagonal),
        (lambda g, out, x, diagonal: half(g, diagonal),),
    )


def _diagonal_rule(g: Any, out: Any, x: Any, offset: int, dim1: int, dim2: int) -> Any:
    gradient = np.zeros_like(x)
    place = np.diagonal(gradient, offset, dim1, dim2)
    place.flags.writeable = True
    place[...] = g
    return gradient


class Layout(Methods):
    """Where values are."""

    __slots__ = ()
    _primitives: ClassVar[dict[str, Primitive]] = {
        "flip": Primitive(
            lambda x, dims: np.flip(x, dims).copy(),
            (lambda g, out, x, dims: np.flip(g, dims),),
        ),
        "roll": Primitive(
            lambda x, shifts, dims: np.roll(x, shifts, dims),
            (
                lambda g, out, x, shifts, dims: np.roll(
                    g, [-n for n in shifts] if isinstance(shifts, tuple) else -shifts, dims
                ),
            ),
        ),
        "repeat": Primitive(lambda x, times: np.tile(x, times), (_repeat_rule,)),
        "tril": _triangle(np.tril),
        "triu": _triangle(np.triu),
        "diagonal": Primitive(
            lambda x, offset, dim1, dim2: np.diagonal(x, offset, dim1, dim2), (_diagonal_rule,)
        ),
        "diag": Primitive(
            lambda x, diagonal: np.diag(x, diagonal),
            (lambda g, out, x, diagonal: np.diagonal(g, diagonal),),
        ),
    }

    def t(self: Any) -> Any:
        """The transpose of a matrix; a vector stays. Shapes: (m, n) -> (n, m)."""
        if self.array.ndim > 2:
            raise refuse("t", f"a tensor of shape {self.shape}: it takes at most 2 dimensions")
        return self.transpose(0, 1) if self.array.ndim == 2 else self

    @property
    def T(self: Any) -> Any:
        """A view with the dimensions in reverse: of shape (3, 2) for (2, 3)."""
        return self.permute(tuple(range(self.ndim))[::-1])

    @property
    def mT(self: Any) -> Any:
        """A view with the last two dimensions swapped: of shape (5, 3, 2) for (5, 2, 3).

        Raises: RuntimeError for a vector.
        """
        if self.array.ndim == 1:
            raise refuse("mT", f"a vector of shape {self.shape}: it turns matrices")
        return self.transpose(-2, -1) if self.array.ndim else self

    def swapaxes(self: Any, axis0: int, axis1: int) -> Any:
        """As `transpose`. Shapes: (2, 3, 5) -> (5, 3, 2) for 0 and 2."""
        return self.transpose(axis0, axis1)

    def swapdims(self: Any, dim0: int, dim1: int) -> Any:
        """As `transpose`. Shapes: (2, 3, 5) -> (5, 3, 2) for 0 and 2."""
        return self.transpose(dim0, dim1)

    def movedim(self: Any, source: Any, destination: Any) -> Any:
        """A view with the dimensions `source` moved to `destination`, the others in their order.

        Shapes: (2, 3, 5) -> (3, 5, 2) for movedim(0, -1).
        """
        ndim = self.array.ndim
        old = dims_along("movedim", ndim, source)
        new = dims_along("movedim", ndim, destination)
        if len(old) != len(new):
            raise refuse("movedim", f"{len(old)} dimensions to {len(new)} places")
        order = [d for d in range(ndim) if d not in old]
        for place, d in sorted(zip(new, old, strict=True)):
            order.insert(place, d)
        return self.permute(order) if order else self

    def moveaxis(self: Any, source: Any, destination: Any) -> Any:
        """As `movedim`. Shapes: (2, 3, 5) -> (3, 5, 2) for moveaxis(0, -1)."""
        return self.movedim(source, destination)

    def view_as(self: Any, other: Any) -> Any:
        """A view in the shape of `other`. Shapes: any of as many values."""
        return self.view(other.shape)

    def reshape_as(self: Any, other: Any) -> Any:
        """The values in the shape of `other`. Shapes: any of as many values."""
        return self.reshape(other.shape)

    def expand_as(self: Any, other: Any) -> Any:
        """A view in the shape of `other`, repeated. Shapes: any that broadcasts to it."""
        return self.expand(other.shape)

    def broadcast_to(self: Any, shape: Any) -> Any:
        """A view of the shape `shape`, repeated. Shapes: any that broadcasts to it."""
        return self.expand(shape)

    def ravel(self: Any) -> Any:
        """All values in one dimension. Shapes: any -> (n,)."""
        return self.reshape(-1)

    def unflatten(self: Any, dim: int, sizes: Any) -> Any:
        """One dimension made into several. Shapes: (2, 6) -> (2, 3, 2) for dim=1, sizes=(3, 2)."""
        (dim,) = dims_along("unflatten", self.array.ndim, dim)
        shape = self.array.shape
        known = math.prod(n for n in sizes if n != -1)
        full = [shape[dim] // known if n == -1 else n for n in sizes] if known else list(sizes)
        if math.prod(full) != shape[dim]:
            raise refuse("unflatten", f"{tuple(sizes)} do not make the size {shape[dim]}")
        return self.reshape(*shape[:dim], *full, *shape[dim + 1 :])

    def repeat(self: Any, *repeats: Any) -> Any:
        """Copies side by side, so many along each dimension; new ones come in front.

        Shapes: (2, 3) -> (4, 3) for repeat(2, 1), (2, 2, 3) for repeat(2, 1, 1).
        """
        times = tuple(int(n) for n in sizes(repeats))
        if len(times) < self.array.ndim or any(n < 0 for n in times):
            raise refuse(
                "repeat",
                f"{times} of a tensor of shape {self.shape}: a number, from 0 "
                "up, for each dimension",
            )
        return self._ops.repeat(self, times=times)

    def tile(self: Any, *dims: Any) -> Any:
        """As `repeat`, with ones in front if there are fewer numbers than dimensions.

        Shapes: (2, 3) -> (2, 6) for tile(2).
        """
        times = tuple(sizes(dims))
        return self.repeat((1,) * (self.array.ndim - len(times)) + times)

    def repeat_interleave(self: Any, repeats: Any, dim: Any = None) -> Any:
        """Each value, or slice along `dim`, so many times in a row.

        Shapes: (3,) -> (6,) for repeats=2; `repeats` may be a tensor, a number for each.
        """
        x = self.reshape(-1) if dim is None else self
        (dim,) = dims_along("repeat_interleave", x.array.ndim, 0 if dim is None else dim)
        times = getattr(repeats, "array", repeats)
        return x.index_select(dim, self._plain(np.repeat(np.arange(x.array.shape[dim]), times)))

    def flip(self: Any, *dims: Any) -> Any:
        """The order along the dimensions `dims` reversed: a copy. Shapes: any, kept."""
        return self._ops.flip(self, dims=dims_along("flip", self.array.ndim, sizes(dims)))

    def fliplr(self: Any) -> Any:
        """The columns in reverse. Shapes: (m, n, ...), kept."""
        self._is_matrix("fliplr")
        return self.flip(1)

    def flipud(self: Any) -> Any:
        """The rows in reverse. Shapes: (m, ...), kept."""
        return self.flip(0)

    def roll(self: Any, shifts: Any, dims: Any = None) -> Any:
        """The values moved by `shifts` along `dims`; those that leave come in at the other side.

        Shapes: any, kept.
        """
        if dims is None and not isinstance(shifts, int):
            raise refuse("roll", f"without dims, shifts is one whole number, not {shifts!r}")
        if dims is not None:
            dims = dims_along("roll", self.array.ndim, dims)
            shifts = tuple(sizes((shifts,)))
            if len(dims) != len(shifts):
                raise refuse("roll", f"{len(shifts)} shifts for {len(dims)} dimensions")
        return self._ops.roll(self, shifts=shifts, dims=dims)

    # Parts, all of them views.
    def narrow(self: Any, dim: int, start: int, length: int) -> Any:
        """`length` slices along `dim`, from `start` on: a view. Shapes: (5, 3) -> (length, 3)."""
        (dim,) = dims_along("narrow", self.array.ndim, dim)
        size = self.array.shape[dim]
        start = start + size if start < 0 else start
        if length < 0 or not 0 <= start <= size - length:
            raise refuse("narrow", f"{length} from {start} on, of a dimension of size {size}")
        return self[(*[slice(None)] * dim, slice(start, start + length))]

    def select(self: Any, dim: int, index: int) -> Any:
        """One slice along `dim`, which disappears: a view. Shapes: (5, 3) -> (3,) for dim=0."""
        (dim,) = dims_along("select", self.array.ndim, dim)
        size = self.array.shape[dim]
        if not isinstance(index, (int, np.integer)):
            raise TypeError(f"select: an index is a whole number, not {type(index).__name__}")
        if not -size <= index < size:
            raise IndexError(f"select: index {index} is out of range: there are {size}")
        return self[(*[slice(None)] * dim, index)]

    def unbind(self: Any, dim: int = 0) -> Any:
        """A tuple of all slices along `dim`: views. Shapes: (5, 3) -> 5 times (3,)."""
        (dim,) = dims_along("unbind", self.array.ndim, dim)
        return tuple(self.select(dim, i) for i in range(self.array.shape[dim]))

    def split(self: Any, split_size: Any, dim: int = 0) -> Any:
        """A tuple of parts along `dim`: of `split_size` each, or of the sizes in a list. Views.

        Shapes: (5, 3) -> (2, 3), (2, 3), (1, 3) for split(2).
        """
        (dim,) = dims_along("split", self.array.ndim, dim)
        size = self.array.shape[dim]
        if isinstance(split_size, int):
            if split_size < 1 and size:
                raise refuse("split", f"parts of size {split_size}: the size is 1 or more")
            step = max(split_size, 1)
            parts = [min(step, size - start) for start in range(0, max(size, 1), step)]
        else:
            parts = list(split_size)
            if sum(parts) != size:
                raise refuse("split", f"{parts} add up to {sum(parts)}, not to the size {size}")
        starts = np.cumsum([0, *parts]).tolist()
        return tuple(self.narrow(dim, *part) for part in zip(starts, parts, strict=False))

    def chunk(self: Any, chunks: int, dim: int = 0) -> Any:
        """A tuple of at most `chunks` parts of one size along `dim`, the last maybe smaller. Views.

        Shapes: (5, 3) -> (3, 3), (2, 3) for chunk(2).
        """
        if chunks < 1:
            raise refuse("chunk", f"{chunks} parts: there is at least 1")
        (dim,) = dims_along("chunk", self.array.ndim, dim)
        size = self.array.shape[dim]
        return self.split(-(-size // chunks), dim) if size else (self,) * chunks

    # Triangles and diagonals.
    def tril(self: Any, diagonal: int = 0) -> Any:
        """The lower triangle, from `diagonal` on down; 0 above. Shapes: (..., m, n), kept."""
        self._is_matrix("tril")
        return self._ops.tril(self, diagonal=diagonal)

    def triu(self: Any, diagonal: int = 0) -> Any:
        """The upper triangle, from `diagonal` on up; 0 below. Shapes: (..., m, n), kept."""
        self._is_matrix("triu")
        return self._ops.triu(self, diagonal=diagonal)

    def _is_matrix(self: Any, name: str) -> None:
        if self.array.ndim < 2:
            raise refuse(name, f"a tensor of shape {self.shape}: it takes 2 dimensions or more")

    def diagonal(self: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
        """The values on a diagonal, which becomes the last dimension. Shapes: (3, 3) -> (3,)."""
        ndim = self.array.ndim
        first, second = dims_along("diagonal", ndim, (dim1, dim2))
        return self._ops.diagonal(self, offset=offset, dim1=first, dim2=second)

    def diag(self: Any, diagonal: int = 0) -> Any:
        """The diagonal of a matrix, or the matrix with a vector on it. Shapes: (3, 3) <-> (3,)."""
        if self.array.ndim not in (1, 2):
            raise refuse("diag", f"a tensor of shape {self.shape}: it takes a vector or a matrix")
        if self.array.ndim == 2:
            return self.diagonal(diagonal)
        return self._ops.diag(self, diagonal=diagonal)

    def trace(self: Any) -> Any:
        """The sum of the diagonal. Shapes: (m, n) -> ()."""
        if self.array.ndim != 2:
            raise refuse("trace", f"a tensor of shape {self.shape}: it takes a matrix")
        return self.diagonal().sum()
