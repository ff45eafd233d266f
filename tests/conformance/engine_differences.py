"""Rows of docs/differences.md about tensors: each is shown, and says which mismatches it covers."""

from collections.abc import Callable

import numpy as np
import pytest
from conformance.generated import Call, Outcome, T

import tinytorch as torch

Covers = Callable[[Call, Outcome, Outcome], bool]


def small_integers_compare_as_numbers():
    x = torch.tensor([5], dtype=torch.uint8)
    assert (x > -1).tolist() == [True]
    assert x.clamp(-1, 1).tolist() == [1]


def booleans_are_computed_with():
    mask = torch.tensor([True, False])
    assert mask.argmax().item() == 0
    assert abs(mask).tolist() == [True, False]
    assert (1 - mask).tolist() == [0, 1]


def some_dtypes_have_no_operation():
    with pytest.raises(RuntimeError, match="does not compute with float32"):
        torch.ones(2) & torch.ones(2)
    with pytest.raises(RuntimeError, match="floats, not int64"):
        torch.rand(2, dtype=torch.int64)


def one_meaning_is_enough():
    assert torch.ones(2).sum(keepdim=True).tolist() == [2.0]
    assert torch.randint(0, 5, 3).shape == (3,)
    assert f"{torch.ones(1):.2f}" == "1.00"


def maximum_takes_numbers():
    assert torch.ones(2).maximum(2).tolist() == [2, 2]


def the_first_mistake_found_is_told():
    with pytest.raises(RuntimeError, match="twice"):
        torch.zeros(0).amax((0, -1))


def single_numbers_are_flattened_along_any_dims():
    assert torch.tensor(5.0).flatten(1).tolist() == [5.0]


def allclose_widens():
    assert torch.ones(2).allclose(torch.ones(2, dtype=torch.float64))


def bytes_are_masks_in_assignments():
    x = torch.ones(2)
    x[torch.tensor([0, 1], dtype=torch.uint8)] = 7.0
    assert x.tolist() == [1.0, 7.0]


def fractions_are_cut_off_last():
    assert torch.arange(0.5, dtype=torch.int64).tolist() == [0]
    assert torch.linspace(4.3, -3, 7, dtype=torch.int64).tolist() == [4, 3, 1, 0, 0, -1, -3]


def powers_of_booleans_are_numpys():
    assert (torch.tensor([True]) ** torch.tensor([True])).tolist() == [1]


def no_spread_is_nan():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    with np.errstate(all="ignore"):
        x.var(correction=2).backward()
    assert np.isnan(x.grad.array).all()
    y = torch.tensor([1.0, 3.0], requires_grad=True)
    y.var(()).backward()
    assert y.grad.tolist() == [-2.0, 2.0]


def numpy_takes_the_array():
    x = torch.ones(2, requires_grad=True)
    assert type(np.exp(x)) is np.ndarray


def _of_booleans(call: Call, ours: Outcome, theirs: Outcome) -> bool:
    return ("bool" in str(call) or "True" in str(call)) and bool(theirs.error)


def _of_0_d(call: Call, ours: Outcome, theirs: Outcome) -> bool:
    shapes = [x.shape for x in call.args if isinstance(x, T)]
    return len(shapes) == 2 and () in shapes and not ours.error and not theirs.error


SHOWN: dict[str, Callable[[], None]] = {
    "operations that a dtype does not have": some_dtypes_have_no_operation,
    "a call that is wrong in two ways": the_first_mistake_found_is_told,
    "numbers beyond what a small integer holds": small_integers_compare_as_numbers,
    "booleans where PyTorch computes with numbers only": booleans_are_computed_with,
    "powers of booleans": powers_of_booleans_are_numpys,
    "`maximum` and `minimum` with a number": maximum_takes_numbers,
    "calls that can mean one thing only": one_meaning_is_enough,
    "`flatten` of a single number": single_numbers_are_flattened_along_any_dims,
    "`allclose` of two dtypes": allclose_widens,
    "`x[mask] = 7.0` with a mask of uint8": bytes_are_masks_in_assignments,
    "fractions in `arange` and `linspace` of whole numbers": fractions_are_cut_off_last,
    "the gradient of `var` and `std` with nothing to divide by, or `dim=()`": no_spread_is_nan,
    "NumPy's functions, `np.exp(x)`": numpy_takes_the_array,
}
NAMES = {
    "numbers beyond what a small integer holds": {"lt", "le", "gt", "ge", "clamp"},
    "booleans where PyTorch computes with numbers only": {
        *("abs", "argmax", "argmin", "matmul", "sub", "sub_", "isub", "pow", "max", "min"),
    },
    "operations that a dtype does not have": {"and_", "or_", "rand", "randn"},
    "`maximum` and `minimum` with a number": {"maximum", "minimum"},
    "a call that is wrong in two ways": {"amax", "amin"},
    "`flatten` of a single number": {"flatten"},
    "`allclose` of two dtypes": {"allclose"},
    "`x[mask] = 7.0` with a mask of uint8": {"setitem"},
    "fractions in `arange` and `linspace` of whole numbers": {"arange", "linspace"},
    "powers of booleans": {"pow"},
    "the gradient of `var` and `std` with nothing to divide by, or `dim=()`": {"var", "std"},
    "whole numbers of two sizes, one of them in a 0-d tensor": {
        *("add", "sub", "mul", "pow", "maximum", "minimum", "and_", "or_"),
    },
    "`x.numpy()` on a tensor that requires gradients": {"numpy"},
    "types of errors": {"tensor", "as_tensor"},
}
KINDS: dict[str, Covers] = {
    "numbers beyond what a small integer holds": lambda call, ours, theirs: "uint8" in str(call),
    "booleans where PyTorch computes with numbers only": _of_booleans,
    "operations that a dtype does not have": lambda call, ours, theirs: (
        ours.error == "RuntimeError"
    ),
    "`maximum` and `minimum` with a number": lambda call, ours, theirs: theirs.error == "TypeError",
    "a call that is wrong in two ways": lambda call, ours, theirs: "twice" in ours.message,
    "`flatten` of a single number": lambda call, ours, theirs: theirs.error == "IndexError",
    "`allclose` of two dtypes": lambda call, ours, theirs: "did not match" in theirs.message,
    "`x[mask] = 7.0` with a mask of uint8": lambda call, ours, theirs: "uint8" in str(call),
    "fractions in `arange` and `linspace` of whole numbers": lambda call, ours, theirs: (
        "dtype=int64" in str(call)
    ),
    "powers of booleans": lambda call, ours, theirs: "bool" in str(call) and not theirs.error,
    "the gradient of `var` and `std` with nothing to divide by, or `dim=()`": (
        lambda call, ours, theirs: "()" in str(call) or "correction=3" in str(call)
    ),
    "whole numbers of two sizes, one of them in a 0-d tensor": _of_0_d,
    "`x.numpy()` on a tensor that requires gradients": lambda call, ours, theirs: True,
    "types of errors": lambda call, ours, theirs: "None" in str(call),
}


def _covers(row: str) -> Covers:
    return lambda call, ours, theirs: call.name in NAMES[row] and KINDS[row](call, ours, theirs)


DIFFERENCES = {row: _covers(row) for row in KINDS}
