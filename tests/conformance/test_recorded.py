"""Our names against what PyTorch said when `record.py` ran: values, gradients, errors, names."""

import inspect
import json
from operator import attrgetter
from pathlib import Path

import numpy as np
import pytest
from conformance import plain_cases
from conformance.cases import CASES, ERRORS, inputs, run

import tinytorch
from tito.catalog import written

HERE = Path(__file__).resolve().parent
RECORD = json.loads((HERE / "recorded.json").read_text(encoding="utf-8"))
# Where our parameters differ from PyTorch's on purpose: docs/differences.md says why.
OTHER_PARAMETERS = {"autograd.backward", "pow"}
# PyTorch takes these too, but its docstrings, from which they are read, name only some.
OTHER_PARAMETERS |= {"bernoulli", "concatenate", "normal", "scatter", "split", "std"}
OTHER_PARAMETERS |= {"true_divide", "unique", "var"}
OTHER_PARAMETERS |= {"nn.utils.prune.global_unstructured"}  # whose keywords go to the method


@pytest.fixture(scope="module")
def recorded():
    with np.load(HERE / "recorded.npz", allow_pickle=False) as arrays:
        return dict(arrays)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_values_and_gradients_are_pytorchs(case, dtype, recorded):
    for i, shapes in enumerate(case.shapes):
        for place, array in enumerate(run(tinytorch, case, inputs(case, shapes, dtype))):
            theirs = recorded[f"{case.name}/{i}/{dtype}/{place}"]
            what = "the result" if place == 0 else f"the gradient of input {place - 1}"
            assert (array.shape, array.dtype) == (theirs.shape, theirs.dtype), f"{what}, {shapes}"
            tolerance = case.tolerance[dtype == "float32"]
            np.testing.assert_allclose(array, theirs, tolerance, tolerance, err_msg=what)


def test_every_case_is_recorded(recorded):
    names = {f"{case.name}/{i}" for case in CASES for i in range(len(case.shapes))}
    assert names == {key.rsplit("/", 2)[0] for key in recorded}
    assert list(ERRORS) == list(RECORD["errors"])
    assert list(plain_cases.CASES) == list(RECORD["plain"])


@pytest.mark.parametrize("name", plain_cases.CASES)
def test_plain_values_are_pytorchs(name):
    assert plain_cases.plain(plain_cases.CASES[name](tinytorch)) == RECORD["plain"][name]


@pytest.mark.parametrize("name", ERRORS)
def test_errors_are_of_pytorchs_type(name):
    with pytest.raises(Exception) as caught:  # noqa: PT011 - its type is compared below
        ERRORS[name](tinytorch)
    ours = [cls.__name__ for cls in type(caught.value).__mro__]
    assert RECORD["errors"][name][0] in ours, f"{ours[0]}: {caught.value}"
    assert str(caught.value), "the error says nothing"


ANYTHING = ["args", "kwargs"]  # of nn.Module, and of functions that choose another one inside


def public_functions():
    for module in written():
        for path, names in module.homes.items():
            for name in names:
                full = f"{path}.{name}".lstrip(".")
                known = RECORD["signatures"].get(full, ANYTHING)
                if known != ANYTHING and callable(attrgetter(full)(tinytorch)):
                    yield full


@pytest.mark.parametrize("name", list(public_functions()))
def test_parameters_are_a_subset_of_pytorchs(name):
    """By name, but for the first, which nobody names: `input` there is `x` or `self` here."""
    ours = list(inspect.signature(attrgetter(name)(tinytorch)).parameters.values())[1:]
    ours = [p.name for p in ours if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    theirs = RECORD["signatures"][name]
    extra = [parameter for parameter in ours if parameter not in theirs]
    assert bool(extra) == (name in OTHER_PARAMETERS), f"PyTorch has {theirs}, we add {extra}"


@pytest.mark.parametrize("name", [one for one in public_functions() if one.startswith("nn.")])
def test_layers_and_functions_take_a_device_and_a_dtype_where_pytorchs_do(name):
    ours = inspect.signature(attrgetter(name)(tinytorch)).parameters
    theirs = {"device", "dtype"} & set(RECORD["signatures"][name])
    assert theirs <= set(ours), f"decorate __init__ of the layer with @placed: it has {list(ours)}"
