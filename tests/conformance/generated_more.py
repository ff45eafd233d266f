"""Calls by program, as in `generated.py`, of the names that no module teaches."""

import itertools
from collections.abc import Callable, Iterator

from conformance.generated import (
    ARGS,
    FLOATS,
    RECIPES,
    Call,
    Dtype,
    T,
    along,
    arg_reduced,
    laid_out,
    nothing,
    one,
    pairs_of_tensors,
    products,
    swapped,
    two,
)

INDEX = T((2,), "int64", values=(1, 0))
MASK = T((2, 3), "bool", values=(1, 0, 1, 0, 0, 1))


def chances() -> Iterator[ARGS]:
    """Values from -1 to 1, where the arc functions are."""
    for shape in ((3,), (2, 3), (), (0,)):
        for dtype in FLOATS:
            size = max(T(shape, dtype).array().size, 1)
            yield (T(shape, dtype, values=tuple((i + 0.5) / size for i in range(size))[:size]),), {}
    yield (T((3,), "int64", values=(0, 1, -1)),), {}


def one_positive() -> Iterator[ARGS]:
    yield from one("positive")


def two_positive() -> Iterator[ARGS]:
    yield from two("positive")


def angles() -> Iterator[ARGS]:
    """Without uint8, in which PyTorch's gradient overflows, and without booleans."""
    for args, kwargs in two():
        if not any(isinstance(x, T) and x.dtype in ("uint8", "bool") for x in args):
            yield args, kwargs


def limited() -> Iterator[ARGS]:
    for x in laid_out(dtypes=("float32", "float64", "int64")):
        yield (x, 1), {}
    yield (T((2, 3)), 0.5), {}


def rounded() -> Iterator[ARGS]:
    yield from one()
    yield (T((4,), values=(0.5, 1.5, -0.5, 2.5)),), {}
    for decimals in (2, 1, -1):
        yield (T((2, 3)),), {"decimals": decimals}


def interpolated() -> Iterator[ARGS]:
    for w in (0.0, 0.3, 1.0, 2.0):
        yield (T((2, 3)), T((3,)), w), {}
    yield (T((2, 3)), T((2, 3), values=(1, 2, 3, 4, 5, 6)), T((2, 1))), {}


def scaled() -> Iterator[ARGS]:
    for value in (1, 0.5, -2):
        yield (T((2, 3)), T((3,)), T((2, 1), domain="positive")), {"value": value}
    yield (T((2, 3)), T((4,)), T((2, 1), domain="positive")), {}


def not_numbers() -> Iterator[ARGS]:
    x = T((4,), values=(float("nan"), float("inf"), float("-inf"), 1.0))
    yield (x,), {}
    yield (x,), {"nan": 2.0, "posinf": 3.0}
    yield (T((2,), "int64"),), {}


def close() -> Iterator[ARGS]:
    yield from pairs_of_tensors()
    x = T((3,), values=(1.0, float("nan"), float("inf")))
    yield (x, x), {}
    yield (x, x), {"equal_nan": True}
    yield (x, x), {"rtol": 0.1, "atol": 0.2}


def multiplied() -> Iterator[ARGS]:
    yield from arg_reduced()
    for values in ((0.0, 2, 3), (0.0, 0, 3)):
        yield (T((3,), values=values),), {}
        yield (T((1, 3), values=values), 1), {}
    yield (T((2, 3), "int64"),), {"dtype": Dtype("float32")}


def accumulated() -> Iterator[ARGS]:
    yield from along()
    for values in ((0.0, 2, 3), (0.0, 0, 3), (2.0, 0, 3)):
        yield (T((3,), values=values), 0), {}
    yield (T((2, 3), "int64"), 1), {"dtype": Dtype("float32")}


def normed() -> Iterator[ARGS]:
    for x in laid_out():
        yield (x,), {}
    for p, dim in itertools.product(
        (2, 1, 0, 3, 0.5, float("inf"), float("-inf"), "fro"), (None, 0, -1, 5)
    ):
        if p == "fro" and dim is not None:
            continue
        yield (T((2, 3)), p), {"dim": dim}
        yield (T((2, 3), "float64"), p, dim, True), {}
    yield (T((2, 3)), 2, (0, 1)), {}
    yield (T((2,), values=(0.0, 0.0)),), {}
    yield (T((2,), values=(0.0, 0.0)), 1), {}


def log_sums() -> Iterator[ARGS]:
    for dim, keepdim in itertools.product((0, 1, -1, (0, 1), 5), (False, True)):
        yield (T((2, 3)), dim, keepdim), {}
    yield (T((2,), values=(90.0, 90.0)), 0), {}
    yield (T((2,), values=(float("-inf"), 1.0)), 0), {}


def ordered() -> Iterator[ARGS]:
    for x in laid_out(dtypes=("float32", "int64", "uint8")):
        yield (x,), {}
        yield (x,), {"descending": True}
    for dim in (0, 1, -1, 5):
        yield (T((2, 3)), dim), {}
        yield (T((2, 3, 4)), dim, True), {}


def largest() -> Iterator[ARGS]:
    for k, dim, big in itertools.product((0, 1, 2, 4), (0, 1, -1, 5), (True, False)):
        yield (T((2, 3)), k, dim, big), {}
    yield (T(()), 1), {}
    yield (T((5,), "int64"), 3), {}


def kth() -> Iterator[ARGS]:
    for k, dim in itertools.product((0, 1, 2, 4), (0, 1, -1, 5)):
        yield (T((2, 3)), k, dim), {}
        yield (T((2, 3)), k, dim, True), {}


def medians() -> Iterator[ARGS]:
    for shape in ((3,), (4,), (2, 3), (2, 4), ()):
        yield (T(shape),), {}
    for dim in (0, 1, -1, 5):
        yield (T((2, 4)), dim), {}
        yield (T((2, 4)), dim, True), {}


def places() -> Iterator[ARGS]:
    for x in laid_out():
        yield (x,), {}
    yield (MASK,), {}


def counted() -> Iterator[ARGS]:
    for dim in (None, 0, 1, (0, 1), 5):
        yield (MASK,), {"dim": dim}
        yield (T((2, 3), "int64"),), {"dim": dim}


def distinct() -> Iterator[ARGS]:
    x = T((5,), "int64", values=(3, 1, 3, 2, 1))
    for options in ({}, {"return_counts": True}, {"return_inverse": True, "return_counts": True}):
        yield (x,), options
    yield (T((2, 2), "float32", values=(1, 1, 0.5, 0.5)),), {}
    yield (T((3, 2), "int64", values=(1, 2, 1, 2, 0, 1)),), {"dim": 0}


def bins() -> Iterator[ARGS]:
    x = T((5,), "int64", values=(3, 1, 3, 0, 1))
    yield (x,), {}
    yield (x,), {"minlength": 6}
    yield (x, T((5,))), {}
    for wrong in (T((2,), "int64", values=(1, -1)), T((2,)), T((1, 2), "int64")):
        yield (wrong,), {}
    yield (T((0,), "int64"),), {}


def histograms() -> Iterator[ARGS]:
    yield (T((20,)),), {"bins": 5}
    yield (T((20,)),), {"bins": 4, "min": -0.5, "max": 0.5}
    yield (T((20,), "int64"),), {"bins": 4}


def masked() -> Iterator[ARGS]:
    for value in (0, -1.5, float("-inf"), T((), values=(2.5,)), T((2,))):
        for dtype in ("float32", "int64"):
            yield (T((2, 3), dtype), MASK, value), {}
    yield (T((2, 3)), T((2, 1), "bool"), 1), {}
    yield (T((2, 3)), T((4,), "bool"), 1), {}
    yield (T((2, 3)), T((2, 3), "int64"), 1), {}


def selected_by_mask() -> Iterator[ARGS]:
    yield (T((2, 3)), MASK), {}
    yield (T((2, 3)), T((3,), "bool")), {}
    yield (T((3,)), MASK), {}
    yield (T((2, 3)), T((2, 3), "int64")), {}


def selected() -> Iterator[ARGS]:
    for dim in (0, 1, -1, 5):
        yield (T((2, 3)), dim, INDEX), {}
        yield (T((2, 3)), dim, T((3,), "int64", values=(1, 1, 0))), {}
    yield (T((2, 3)), 0, T((1,), "int64", values=(7,))), {}
    yield (T((2, 3)), 0, T((1,), "int64", values=(-1,))), {}
    yield (T((2, 3)), 0, T((1,), "int32", values=(1,))), {}
    yield (T((2, 3)), 0, T((1,), "float32", values=(1,))), {}


def taken() -> Iterator[ARGS]:
    yield (T((2, 3)), T((2, 2), "int64", values=(5, 0, 1, 1))), {}
    yield (T((2, 3)), T((1,), "int64", values=(6,))), {}


def taken_along() -> Iterator[ARGS]:
    index = T((2, 2), "int64", values=(1, 0, 0, 1))
    yield (T((2, 3)), index, 1), {}
    yield (T((2, 3)), T((1, 2), "int64", values=(1, 0)), 1), {}
    yield (T((2, 3)), T((3,), "int64", values=(5, 0, 1))), {}


def scattered() -> Iterator[ARGS]:
    x, index = T((3, 4)), T((2, 3), "int64", values=(0, 1, 2, 2, 0, 1))
    for dim in (0, 1, -1, 2):
        yield (x, dim, index, T((2, 3))), {}
        yield (x, dim, index, T((3, 3))), {}
        yield (x, dim, index, 1.5), {}
        yield (x, dim, T((1, 1), "int64", values=(7,)), T((2, 3))), {}
        yield (x, dim, T((1, 1), "int64", values=(-1,)), T((2, 3))), {}
        yield (x, dim, T((2,), "int64", values=(0, 1)), T((2, 3))), {}
        yield (x, dim, T((2, 3), "float32"), T((2, 3))), {}
    yield (x, 1, index, T((1, 3))), {}


def scattered_sums() -> Iterator[ARGS]:
    for args, kwargs in scattered():
        if isinstance(args[-1], T):
            yield args, kwargs
    yield (T((3,)), 0, T((4,), "int64", values=(0, 2, 0, 0)), T((4,))), {}


def sums_by_index() -> Iterator[ARGS]:
    for alpha in (1, 0.5):
        yield (T((3, 2)), 0, T((3,), "int64", values=(0, 2, 0)), T((3, 2))), {"alpha": alpha}
        yield (T((2, 3)), 1, INDEX, T((2, 2))), {"alpha": alpha}
    yield (T((3, 2)), 0, T((1,), "int64", values=(3,)), T((1, 2))), {}


def filled_by_index() -> Iterator[ARGS]:
    for dim in (0, 1, -1, 5):
        yield (T((2, 3)), dim, INDEX, 2.5), {}


def copied_by_index() -> Iterator[ARGS]:
    yield (T((3, 2)), 0, INDEX, T((2, 2))), {}
    yield (T((2, 3)), 1, INDEX, T((2, 2))), {}


def matrices() -> Iterator[ARGS]:
    yield from products()
    for a, b in (((2, 3, 4), (2, 4, 5)), ((2, 3, 4), (3, 4, 5)), ((0, 3, 4), (0, 4, 5))):
        yield (T(a), T(b)), {}
    yield (T((2, 3)), T((3, 2), "float64")), {}


def vectors() -> Iterator[ARGS]:
    for a, b in (((3,), (4,)), ((3,), (3,)), ((2, 3), (3,)), ((), (3,)), ((0,), (0,))):
        for dtype in ("float32", "int64"):
            yield (T(a, dtype), T(b, dtype)), {}


def inner_products() -> Iterator[ARGS]:
    for a, b in (((3,), (3,)), ((2, 3), (3,)), ((2, 3), (4, 3)), ((), (3,)), ((2, 3), (4,))):
        yield (T(a), T(b)), {}


def added_products() -> Iterator[ARGS]:
    for beta, alpha in ((1, 1), (0, 1), (0.5, 2)):
        for shape in ((2, 4), (4,), (3, 3)):
            yield (T(shape), T((2, 3)), T((3, 4))), {"beta": beta, "alpha": alpha}


def added_vectors() -> Iterator[ARGS]:
    for beta, alpha in ((1, 1), (0.5, 2)):
        yield (T((2,)), T((2, 3)), T((3,))), {"beta": beta, "alpha": alpha}


def added_stacks() -> Iterator[ARGS]:
    for beta, alpha in ((1, 1), (0.5, 2)):
        yield (T((2, 2, 4)), T((2, 2, 3)), T((2, 3, 4))), {"beta": beta, "alpha": alpha}


def einstein() -> Iterator[ARGS]:
    a, b, v, s = T((2, 3)), T((3, 4)), T((3,)), T((2, 3, 4))
    for equation, inputs in (
        *(("ij,jk->ik", (a, b)), ("ij,jk", (a, b)), ("ij->ji", (a,)), ("ij->j", (a,))),
        *(("ij->", (a,)), ("i,i->", (v, v)), ("i,j->ij", (v, v)), ("ii->i", (T((3, 3)),))),
        *(
            ("ii", (T((3, 3)),)),
            ("bij,jk->bik", (T((2, 2, 3)), b)),
            ("...j,jk->...k", (s, T((4, 2)))),
        ),
        *(("ij,ij->i", (a, a)), ("i j , j -> i", (a, v)), ("ijk,j->ik", (s, v))),
        *(("ij,jk->il", (a, b)), ("ij,jk->ik", (a,)), ("ij,jk->ik", (a, a)), ("ij,k->ik", (a, v))),
    ):
        yield (equation, *inputs), {}


def contracted() -> Iterator[ARGS]:
    yield (T((2, 3, 4)), T((3, 4, 5))), {}
    yield (T((2, 3)), T((3, 4)), 1), {}
    yield (T((2,)), T((3,)), 0), {}
    yield (T((2, 3, 4)), T((4, 3, 5))), {"dims": ([1, 2], [1, 0])}
    yield (T((2, 3)), T((2, 4)), 1), {}


def transposed() -> Iterator[ARGS]:
    for shape in ((), (3,), (2, 3), (2, 3, 4), (0, 3)):
        yield (T(shape),), {}


def moved() -> Iterator[ARGS]:
    for source, destination in ((0, -1), (2, 0), ((0, 1), (1, 2)), (0, 0), ((0, 1), 2), (5, 0)):
        yield (T((2, 3, 4)), source, destination), {}


def like_another() -> Iterator[ARGS]:
    for a, b in (((2, 3), (3, 2)), ((6,), (2, 3)), ((2, 3), (4,)), ((3,), (2, 3)), ((), (1,))):
        yield (T(a), T(b)), {}


def broadcast() -> Iterator[ARGS]:
    for shape in ((2, 3), (4, 2, 3), (3,)):
        yield (T((1, 3)), shape), {}


def unflattened() -> Iterator[ARGS]:
    for sizes in ((2, 3), (-1, 2), (4, 2), (6,)):
        yield (T((2, 6)), 1, sizes), {}


def repeated() -> Iterator[ARGS]:
    for times in ((2,), (1, 2), (2, 1, 3), (0, 1), (2, 2), (-1, 1)):
        for shape in ((3,), (2, 3), ()):
            yield (T(shape), *times), {}
            yield (T(shape), times), {}


def tiled() -> Iterator[ARGS]:
    for times in ((2,), (1, 2), (2, 1, 3), (0, 1)):
        for shape in ((3,), (2, 3), ()):
            yield (T(shape), times), {}


def interleaved() -> Iterator[ARGS]:
    for dim in (None, 0, 1, -1):
        yield (T((2, 3)), 2), {"dim": dim}
    yield (T((3,)), T((3,), "int64", values=(1, 0, 2))), {}


def flipped() -> Iterator[ARGS]:
    for dims in ((0,), (1,), (0, 1), (-1,), (5,), (0, 0)):
        yield (T((2, 3)), dims), {}


def turned() -> Iterator[ARGS]:
    for shape in ((2, 3), (2, 3, 4), (3,)):
        yield (T(shape),), {}


def rolled() -> Iterator[ARGS]:
    for shifts, dims in ((1, None), (1, 0), (-2, 1), ((1, 2), (0, 1)), (7, 1), ((1, 2), (0,))):
        yield (T((2, 3)), shifts, dims), {}


def narrowed() -> Iterator[ARGS]:
    for dim, start, length in ((0, 0, 2), (1, 1, 2), (1, -2, 1), (1, 2, 2), (0, 0, 0), (5, 0, 1)):
        yield (T((2, 3)), dim, start, length), {}


def one_slice() -> Iterator[ARGS]:
    for dim, index in ((0, 1), (1, -1), (1, 3), (5, 0)):
        yield (T((2, 3)), dim, index), {}


def unbound() -> Iterator[ARGS]:
    for dim in (0, 1, -1, 5):
        yield (T((2, 3)), dim), {}


def split() -> Iterator[ARGS]:
    for size in (1, 2, 5, [1, 4], [2, 2], 0):
        yield (T((5, 3)), size), {}
    yield (T((5, 3)), 2, 1), {}
    yield (T((0, 3)), 2), {}


def chunked() -> Iterator[ARGS]:
    for chunks in (1, 2, 3, 7, 0):
        yield (T((5, 3)), chunks), {}
    yield (T((5, 3)), 2, 1), {}


def triangles() -> Iterator[ARGS]:
    for diagonal in (0, 1, -1, 5):
        for shape in ((3, 3), (2, 4), (2, 3, 3), (3,)):
            yield (T(shape), diagonal), {}
    yield (T((3, 3), "bool"),), {}


def diagonals() -> Iterator[ARGS]:
    for offset in (0, 1, -1, 7):
        yield (T((3, 3)), offset), {}
        yield (T((3,)), offset), {}
        yield (T((2, 4)), offset), {}
    yield (T((2, 3, 4)),), {}


def one_dim() -> Iterator[ARGS]:
    for dim in (0, 1, -1):
        yield (T((2, 3)), dim), {}


def meshes() -> Iterator[ARGS]:
    for indexing in ("ij", "xy", "yx"):
        yield (T((2,)), T((3,))), {"indexing": indexing}
    yield (T((2,)), T((3,)), T((4,))), {"indexing": "xy"}
    yield ([T((2,)), T(())],), {"indexing": "ij"}


def several() -> Iterator[ARGS]:
    yield (T((3, 1)), T((2,))), {}
    yield (T((3,)), T((2,))), {}
    yield (T((3,)), T(())), {}


def vectors_only() -> Iterator[ARGS]:
    yield (T((2,)), T((3,))), {}
    yield (T((2,)),), {}


def stacked() -> Iterator[ARGS]:
    for shapes in (((2,), (2,)), ((2, 3), (2, 3)), ((2, 3), (1, 3)), ((), ()), ((2, 3), (2,))):
        yield ([T(shape) for shape in shapes],), {}


def columns() -> Iterator[ARGS]:
    for shapes in (((2,), (2,)), ((2, 3), (2,)), ((2,), (3,))):
        yield ([T(shape) for shape in shapes],), {}


def alike() -> Iterator[ARGS]:
    for x in laid_out(dtypes=FLOATS):
        yield (x,), {}
        yield (x,), {"dtype": Dtype("float64")}
    yield (T((2,)),), {"requires_grad": True, "device": "cpu"}
    yield (T((2,)),), {"device": "cuda"}


def all_filled() -> Iterator[ARGS]:
    for x in laid_out():
        yield (x, 1), {}
    yield (T((2,)), 0.5), {"dtype": Dtype("float64")}
    yield (T((2,), "int64"), 0.5), {}


def placed() -> Iterator[ARGS]:
    for wanted in ("cpu", "cpu:0", "cuda", "cuda:1", "nowhere", 0):
        yield (T((2, 3)), wanted), {}
    yield (T((2, 3)),), {"device": "cpu"}
    yield (T((2, 3)), "cpu", Dtype("float64")), {}
    yield (T((2, 3)), Dtype("float64"), True), {}
    yield (T((2, 3)), T((2,), "float64")), {}
    yield (T((2, 3)),), {"dtype": Dtype("int64"), "copy": True}
    yield (T((2, 3)),), {"non_blocking": True, "device": "cpu"}
    yield (T((2, 3)),), {"elsewhere": True}


def sizes_like() -> Iterator[ARGS]:
    for x in (T((2,)), T((2,), "int64"), T((2,), "bool")):
        yield (x, 2, 3), {}
        yield (x, (2, 3)), {}
        yield (x, (2, 3)), {"dtype": Dtype("float64"), "device": "cpu"}
        yield (x, -1), {}


def filled_like() -> Iterator[ARGS]:
    for x in (T((2,)), T((2,), "int64"), T((2,), "bool")):
        yield (x, (2, 3), 1), {}


def data_like() -> Iterator[ARGS]:
    for x in (T((2,)), T((2,), "int64")):
        yield (x, [1, 2]), {}
        yield (x, 3), {}


def conditions() -> Iterator[ARGS]:
    for other in (T((2, 3)), T((3,)), 0.5):
        yield (T((2, 3)), MASK, other), {}
    yield (T((2, 3)), T((2, 3)), T((2, 3))), {}
    yield (T((4,)), MASK, T((3,))), {}


def drawn() -> Iterator[ARGS]:
    for x in (T((2, 3)), T((2, 3), "float64"), T((0,)), T((2, 3), "int64")):
        yield (x,), {}
    yield (T((2, 3)), 1.0, 2.0), {}
    yield (T((2, 3)), 1.0, -2.0), {}


def whole() -> Iterator[ARGS]:
    for x in (T((2, 3)), T((2, 3), "int64"), T((2, 3), "uint8"), T((2, 3), "bool")):
        yield (x,), {}
        yield (x, 2), {}
        yield (x, 0, 2), {}
    yield (T((2, 3), "int64"), 3, 3), {}


def by_chance() -> Iterator[ARGS]:
    chance = T((2, 3), values=(0.1, 0.2, 0.3, 0.4, 0.9, 1.0))
    yield (chance,), {}
    yield (T((2, 3)),), {}
    yield (T((2, 3), "int64"),), {}


def by_one_chance() -> Iterator[ARGS]:
    for p in (0.5, 0.0, 1.5):
        yield (T((2, 3)), p), {}
        yield (T((2, 3), "int64"), p), {}


def by_weights() -> Iterator[ARGS]:
    for weights in (T((3,), domain="positive"), T((2, 3), domain="positive"), T((2, 3))):
        yield (weights, 2), {}
        yield (weights, 5, True), {}
        yield (weights, 5), {}
        yield (weights, 0), {}
    yield (T((3,), "int64"), 2), {}
    yield (T((2,), values=(0.0, 0.0)), 1), {}
    yield (T((1, 2, 3), domain="positive"), 1), {}


def bells() -> Iterator[ARGS]:
    yield (T((2, 3)), T((3,), domain="positive")), {}
    yield (T((2, 3)), 0.5), {}
    yield (0.5, T((3,), domain="positive")), {}
    yield (0.0, 1.0, (2, 3)), {}
    yield (0.0, -1.0, (2, 3)), {}
    yield (0.0, 1.0), {"size": (2,)}


def in_logs() -> Iterator[ARGS]:
    yield (0, 2, 5), {}
    yield (0, 2, 5), {"base": 2.0}
    yield (0, 2, 0), {}


def diagonal_filled() -> Iterator[ARGS]:
    for shape in ((3, 3), (2, 4), (5, 2), (3,)):
        yield (T(shape), 2.0), {}


def written(recipe: Callable[[], Iterator[ARGS]]) -> Callable[[], Iterator[ARGS]]:
    """The calls of a function, of its `_` form, which writes into its first argument."""

    def calls() -> Iterator[ARGS]:
        for args, kwargs in recipe():
            if isinstance(args[0], T) and args[0].layout == "":
                yield args, kwargs

    return calls


UNARY = {
    **dict.fromkeys(["floor", "ceil", "trunc", "fix", "frac", "sign", "square"], one),
    **dict.fromkeys(["expm1", "exp2", "sinh", "cosh", "atan", "erf", "erfc", "tan"], one),
    **dict.fromkeys(["log1p", "log2", "log10", "rsqrt", "reciprocal"], one_positive),
    **dict.fromkeys(["asin", "acos"], chances),
    **dict.fromkeys(["absolute", "negative", "clip"], nothing),
    **dict.fromkeys(["clamp_min", "clamp_max"], limited),
    "round": rounded,
    "nan_to_num": not_numbers,
}
BINARY = {
    **dict.fromkeys(["floor_divide", "remainder", "fmod", "divide", "true_divide"], two_positive),
    **dict.fromkeys(["multiply", "subtract"], two),
    "atan2": angles,
    **dict.fromkeys(["logical_and", "logical_or", "logical_xor"], two),
    **dict.fromkeys(["bitwise_and", "bitwise_or", "bitwise_xor"], two),
}
WRITTEN = {
    **{name: recipe for name, recipe in UNARY.items() if name not in ("fix", "erfc", "clip")},
    **BINARY,
    "lerp": interpolated,
    "addcmul": scaled,
    "addcdiv": scaled,
    "cumsum": accumulated,
    "cumprod": accumulated,
    "tril": triangles,
    "triu": triangles,
    "masked_fill": masked,
    "scatter": scattered,
    "scatter_add": scattered_sums,
    "index_add": sums_by_index,
    "index_fill": filled_by_index,
    "index_copy": copied_by_index,
    "addmm": added_products,
    "addmv": added_vectors,
    "baddbmm": added_stacks,
}
BOTH = {
    **UNARY,
    **BINARY,
    **WRITTEN,
    **dict.fromkeys(["isnan", "isinf", "isfinite", "logical_not", "bitwise_not"], nothing),
    "isclose": close,
    "prod": multiplied,
    "norm": normed,
    "logsumexp": log_sums,
    "dist": pairs_of_tensors,
    "sort": ordered,
    "argsort": ordered,
    "topk": largest,
    "kthvalue": kth,
    "median": medians,
    "nonzero": places,
    "argwhere": places,
    "count_nonzero": counted,
    "unique": distinct,
    "bincount": bins,
    "histc": histograms,
    "masked_select": selected_by_mask,
    "index_select": selected,
    "take": taken,
    "take_along_dim": taken_along,
    "mm": matrices,
    "bmm": matrices,
    "mv": matrices,
    "dot": vectors,
    "inner": inner_products,
    "outer": vectors,
    "ger": vectors,
    "t": transposed,
    "swapaxes": RECIPES["torch.transpose"],
    "swapdims": RECIPES["torch.transpose"],
    "movedim": moved,
    "moveaxis": moved,
    "broadcast_to": broadcast,
    "ravel": nothing,
    "unflatten": unflattened,
    "tile": tiled,
    "repeat_interleave": interleaved,
    "flip": flipped,
    "fliplr": turned,
    "flipud": turned,
    "roll": rolled,
    "narrow": narrowed,
    "select": one_slice,
    "unbind": unbound,
    "split": split,
    "chunk": chunked,
    "diagonal": diagonals,
    "diag": diagonals,
    "trace": turned,
    "softmax": one_dim,
    "log_softmax": one_dim,
    "relu": nothing,
    "sigmoid": nothing,
    "is_complex": nothing,
    "is_nonzero": nothing,
    "is_signed": nothing,
    "is_same_size": pairs_of_tensors,
    "bernoulli": by_chance,
    "multinomial": by_weights,
}
FUNCTIONS = {
    **dict.fromkeys(["eq", "ne", "lt", "le", "gt", "ge"], two),
    **dict.fromkeys(["numel", "is_tensor", "is_floating_point", "detach"], nothing),
    **dict.fromkeys(["rand_like", "randn_like", "empty_like"], alike),
    "full_like": all_filled,
    "normal": bells,
    "logspace": in_logs,
    "hstack": stacked,
    "vstack": stacked,
    "row_stack": stacked,
    "column_stack": columns,
    "concat": RECIPES["torch.cat"],
    "concatenate": RECIPES["torch.cat"],
    "einsum": einstein,
    "tensordot": contracted,
    "broadcast_tensors": several,
    "cartesian_prod": vectors_only,
    "meshgrid": meshes,
}
METHODS = {
    **dict.fromkeys(["nelement", "ndimension", "element_size", "byte", "cuda"], nothing),
    **dict.fromkeys(["get_device", "relu_", "sigmoid_"], nothing),
    **dict.fromkeys(["view_as", "reshape_as", "expand_as", "type_as"], like_another),
    **dict.fromkeys(["new_zeros", "new_ones", "new_empty"], sizes_like),
    **{f"{name}_": RECIPES[f"method.{name}"] for name in ("exp", "log", "sqrt", "abs", "neg")},
    **{f"{name}_": RECIPES[f"method.{name}"] for name in ("tanh", "sin", "cos", "clamp", "pow")},
    "new_full": filled_like,
    "new_tensor": data_like,
    "repeat": repeated,
    "to": placed,
    "where": conditions,
    "normal_": drawn,
    "uniform_": drawn,
    "exponential_": drawn,
    "random_": whole,
    "bernoulli_": by_one_chance,
    "fill_diagonal_": diagonal_filled,
    "clip_": RECIPES["method.clamp"],
    "logical_not_": nothing,
}
OPERATORS = ["floordiv", "mod", "xor"]
MORE: dict[str, Callable[[], Iterator[ARGS]]] = {
    **{f"{form}.{name}": recipe for form in ("torch", "method") for name, recipe in BOTH.items()},
    **{f"torch.{name}": recipe for name, recipe in FUNCTIONS.items()},
    **{f"method.{name}": recipe for name, recipe in METHODS.items()},
    **{f"method.{name}_": written(recipe) for name, recipe in WRITTEN.items()},
    **{f"operator.{name}": (lambda: swapped("positive")) for name in OPERATORS},
}
# Of these, dtype and shape are compared.
RANDOM = {
    *(f"torch.{name}" for name in ("rand_like", "randn_like", "empty_like", "normal")),
    *(f"{form}.{name}" for name in ("bernoulli", "multinomial") for form in ("torch", "method")),
    *(f"method.{name}_" for name in ("normal", "uniform", "exponential", "random", "bernoulli")),
    "method.new_empty",
}


def calls(name: str) -> list[Call]:
    """The calls of one name, such as "method.topk"."""
    form, _, inner = name.partition(".")
    return [Call(form, inner, args, kwargs) for args, kwargs in MORE[name]()]
