"""Our optimizers against what PyTorch said when `optim_cases.py` ran, and against PyTorch."""

import json

import numpy as np
import pytest
from conformance import optim_cases

import tinytorch

RECORD = json.loads(optim_cases.RECORD.read_text(encoding="utf-8"))


def test_every_case_is_recorded():
    assert list(RECORD["values"]) == list(optim_cases.CASES)
    assert list(RECORD["numbers"]) == list(optim_cases.NUMBERS)
    assert list(RECORD["errors"]) == list(optim_cases.ERRORS)
    assert all(RECORD["errors"].values())


@pytest.mark.parametrize("case", optim_cases.CASES)
def test_200_steps_in_float64_are_pytorchs(case):
    ours, theirs = optim_cases.run(tinytorch, case), RECORD["values"][case]
    np.testing.assert_allclose(ours["rates"], theirs["rates"], 1e-9, 1e-12)
    np.testing.assert_allclose(ours["weights"], theirs["weights"], 1e-9, 1e-9)


@pytest.mark.parametrize("case", optim_cases.CASES)
def test_20_steps_in_float32_are_pytorchs(case):
    ours = optim_cases.run(tinytorch, case, "float32", 20)["weights"]
    theirs = RECORD["values"][case]["weights"][: len(ours)]
    np.testing.assert_allclose(ours, theirs, 1e-5, 1e-5)


@pytest.mark.parametrize("name", optim_cases.NUMBERS)
def test_numbers_are_pytorchs(name):
    ours, theirs = optim_cases.NUMBERS[name](tinytorch), RECORD["numbers"][name]
    assert [len(row) for row in ours] == [len(row) for row in theirs]
    for mine, row in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, row, 1e-6, 1e-7)


@pytest.mark.parametrize("name", optim_cases.ERRORS)
def test_errors_are_of_pytorchs_type(name):
    ours = optim_cases.error_of(optim_cases.ERRORS[name], tinytorch)
    assert RECORD["errors"][name][0] in ours


@pytest.mark.filterwarnings("ignore")  # PyTorch warns of its own SequentialLR and of step orders
def test_pytorch_still_says_so():
    torch = pytest.importorskip("torch", reason="no PyTorch here: run `make conformance`")
    said = optim_cases.said_by(torch)
    assert said["errors"] == RECORD["errors"]
    for name, rows in said["numbers"].items():
        for row, recorded in zip(rows, RECORD["numbers"][name], strict=True):
            np.testing.assert_allclose(row, recorded, 1e-6, 1e-7, err_msg=name)
    for case, values in said["values"].items():
        for part, numbers in values.items():
            theirs = RECORD["values"][case][part]
            np.testing.assert_allclose(numbers, theirs, 1e-9, 1e-9, err_msg=case)
