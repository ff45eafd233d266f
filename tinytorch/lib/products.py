# generated from tito/lib/products.py by `tito build`: edit that file
"""Methods that multiply matrices and vectors, and `einsum`."""

from typing import Any, ClassVar

import numpy as np

from .primitives import EachInput, Methods, Primitive, refuse

__all__ = ["Products"]


def _terms(equation: str, count: int) -> tuple[list[str], str]:
    """The letters of each input and of the result; `...` counts as one.

    Raises: ValueError for an equation of another number of inputs.
    """
    left, arrow, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != count:
        raise ValueError(f"the equation {equation!r} has {len(terms)} inputs, not {count}")
    if not arrow:
        letters = left.replace(",", "").replace(".", "")
        right = "".join(sorted(c for c in set(letters) if letters.count(c) == 1))
        right = "..." * ("..." in left) + right
    return terms, right


def _einsum(*arrays: Any, equation: str) -> Any:
    terms, right = _terms(equation, len(arrays))
    try:
        return np.array(np.einsum(f"{','.join(terms)}->{right}", *arrays, optimize=True))
    except ValueError:
        raise ValueError(f"the equation {equation!r} does not fit these shapes") from None


def _einsum_part(i: int, g: Any, out: Any, *arrays: Any, equation: str) -> Any:
    """The same product with `g` in the place of input i, added up to the letters of that input.

    A letter that this input alone has is repeated along it; one that it has twice is a diagonal.
    """
    terms, right = _terms(equation, len(arrays))
    x, term = arrays[i], terms[i]
    letters = term.replace("...", "")
    own = "".join(dict.fromkeys(letters))
    others = [t for j, t in enumerate(terms) if j != i]
    alone = "".join(c for c in own if c not in right + "".join(others))
    if "..." in term and (alone or own != letters):
        raise ValueError(f"the gradient of {equation!r}: write out what `...` stands for")
    ones = np.ones([x.shape[term.index(c)] for c in alone], g.dtype)
    rest = [a for j, a in enumerate(arrays) if j != i]
    wanted = term if own == letters else own
    left = ",".join([right, *others, alone])
    part = np.einsum(f"{left}->{wanted}", g, *rest, ones, optimize=True)
    if wanted == term:
        return part
    gradient = np.zeros_like(x)
    np.einsum(f"{term}->{own}", gradient)[...] = part  # a view of the diagonal
    return gradient


class Products(Methods):
    """Products of matrices and vectors."""

    __slots__ = ()
    _primitives: ClassVar[dict[str, Primitive]] = {
        "einsum": Primitive(_einsum, EachInput(_einsum_part), "inputs")
    }

    def _matrices(self: Any, name: str, *wanted: tuple[Any, int]) -> None:
        """Raises: TypeError for what is no tensor, RuntimeError naming the shapes for others than
        those that are wanted."""
        for x, _ in wanted:
            if not hasattr(x, "array"):
                raise TypeError(f"{name} takes tensors, not {type(x).__name__}: use tensor(...)")
        if any(x.array.ndim != ndim for x, ndim in wanted):
            got = " and ".join(str(x.shape) for x, _ in wanted)
            need = " and ".join(str(ndim) for _, ndim in wanted)
            raise refuse(name, f"inputs of shape {got}: it takes {need} dimensions; see matmul")
        kinds = {x.array.dtype for x, _ in wanted}
        if np.dtype(bool) in kinds:
            raise refuse(name, "booleans are not multiplied: use .float()")
        if len(kinds) > 1:
            raise refuse(name, f"inputs of {' and '.join(map(str, sorted(kinds)))}: use .to(dtype)")

    def mm(self: Any, mat2: Any) -> Any:
        """The product of two matrices. Shapes: (m, k), (k, n) -> (m, n)."""
        self._matrices("mm", (self, 2), (mat2, 2))
        return self @ mat2

    def bmm(self: Any, mat2: Any) -> Any:
        """The products of two stacks of matrices. Shapes: (b, m, k), (b, k, n) -> (b, m, n)."""
        self._matrices("bmm", (self, 3), (mat2, 3))
        if self.array.shape[0] != mat2.array.shape[0]:
            raise refuse("bmm", f"stacks of {self.array.shape[0]} and {mat2.array.shape[0]}")
        return self @ mat2

    def mv(self: Any, vec: Any) -> Any:
        """The product of a matrix and a vector. Shapes: (m, k), (k,) -> (m,)."""
        self._matrices("mv", (self, 2), (vec, 1))
        return self @ vec

    def dot(self: Any, tensor: Any) -> Any:
        """The sum of the products of two vectors. Shapes: (n,), (n,) -> ()."""
        self._matrices("dot", (self, 1), (tensor, 1))
        return self @ tensor

    def inner(self: Any, other: Any) -> Any:
        """Sums of products along the last dimension. Shapes: (..., n), (m, n) -> (..., m)."""
        if not self.array.ndim or not other.array.ndim:
            return self * other
        return self @ (other if other.array.ndim == 1 else other.transpose(-1, -2))

    def outer(self: Any, vec2: Any) -> Any:
        """All products of two vectors' values. Shapes: (m,), (n,) -> (m, n)."""
        if self.array.ndim != 1 or vec2.array.ndim != 1:
            raise refuse("outer", f"vectors, not shapes {self.shape} and {vec2.shape}")
        return self.reshape(-1, 1) * vec2

    def ger(self: Any, vec2: Any) -> Any:
        """As `outer`. Shapes: (m,), (n,) -> (m, n)."""
        return self.outer(vec2)

    def _scaled(self: Any, beta: float, product: Any, alpha: float) -> Any:
        added = product if alpha == 1 else alpha * product
        own = self.expand(product.shape)  # which tells if it does not fit
        return added + (own if beta == 1 else beta * own)

    def addmm(self: Any, mat1: Any, mat2: Any, *, beta: float = 1, alpha: float = 1) -> Any:
        """beta * self + alpha * (mat1 @ mat2). Shapes: (m, n), (m, k), (k, n) -> (m, n)."""
        return self._scaled(beta, mat1.mm(mat2), alpha)

    def addmv(self: Any, mat: Any, vec: Any, *, beta: float = 1, alpha: float = 1) -> Any:
        """beta * self + alpha * (mat @ vec). Shapes: (m,), (m, k), (k,) -> (m,)."""
        return self._scaled(beta, mat.mv(vec), alpha)

    def baddbmm(self: Any, batch1: Any, batch2: Any, *, beta: float = 1, alpha: float = 1) -> Any:
        """beta * self + alpha * (batch1 @ batch2), of stacks of matrices.

        Shapes: (b, m, n), (b, m, k), (b, k, n) -> (b, m, n).
        """
        return self._scaled(beta, batch1.bmm(batch2), alpha)
