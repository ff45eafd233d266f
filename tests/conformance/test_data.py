"""Our `utils.data` against what PyTorch said when `data_cases.py` ran, and against PyTorch."""

import json

import pytest
from conformance import data_cases

import tinytorch

RECORD = json.loads(data_cases.RECORD.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def ours():
    return data_cases.said_by(tinytorch)


def test_every_case_is_recorded():
    assert list(RECORD["values"]) == list(data_cases.CASES)
    assert list(RECORD["errors"]) == list(data_cases.ERRORS)
    assert all(RECORD["errors"].values())


@pytest.mark.parametrize("name", data_cases.CASES)
def test_values_are_pytorchs(name, ours):
    assert ours["values"][name] == RECORD["values"][name]


@pytest.mark.parametrize("name", data_cases.ERRORS)
def test_errors_are_of_pytorchs_type(name, ours):
    assert RECORD["errors"][name][0] in ours["errors"][name]


def test_pytorch_still_says_so():
    torch = pytest.importorskip("torch", reason="no PyTorch here: run `make conformance`")
    assert data_cases.said_by(torch) == RECORD
