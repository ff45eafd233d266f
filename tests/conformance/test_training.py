"""Our training against what PyTorch said when `training_cases.py` ran, and against PyTorch."""

import json

import numpy as np
import pytest
from conformance import scripts, training_cases

import tinytorch

RECORD = json.loads(training_cases.RECORD.read_text(encoding="utf-8"))
cases = pytest.mark.parametrize("case", training_cases.CASES)


def test_every_case_is_recorded():
    assert list(RECORD["cases"]) == training_cases.CASES
    assert list(RECORD["scripts"]) == scripts.SCRIPTS


@cases
def test_200_steps_in_float64_are_pytorchs(case):
    ours, theirs = training_cases.run(tinytorch, case), RECORD["cases"][case]
    for part in ("losses", "norms", "last"):
        np.testing.assert_allclose(ours[part], theirs[part], 1e-9, 1e-9, err_msg=part)
    assert np.mean(ours["losses"][-10:]) < 0.5 < ours["losses"][0], "nothing was learnt"
    clips = max(theirs["norms"]) > training_cases.MAX_NORM
    assert clips, "the gradients were too short for clipping to show"


@cases
def test_20_steps_in_float32_are_pytorchs(case):
    ours = training_cases.run(tinytorch, case, "float32", 20)
    for part in ("losses", "norms"):
        theirs = RECORD["cases"][case][part][:20]
        np.testing.assert_allclose(ours[part], theirs, 1e-5, 1e-5, err_msg=part)


@pytest.mark.parametrize("name", scripts.SCRIPTS)
def test_20_steps_of_ordinary_scripts_are_pytorchs(name):
    ours = scripts.without_chance(name, ours=True)[: training_cases.SCRIPT_STEPS]
    np.testing.assert_allclose(ours, RECORD["scripts"][name], 1e-5)


def test_pytorch_still_says_so():
    torch = pytest.importorskip("torch", reason="no PyTorch here: run `make conformance`")
    said = training_cases.said_by(torch)
    for case, parts in said["cases"].items():
        for part, numbers in parts.items():
            theirs = RECORD["cases"][case][part]
            np.testing.assert_allclose(numbers, theirs, 1e-9, 1e-9, err_msg=case)
    for name, losses in said["scripts"].items():
        np.testing.assert_allclose(losses, RECORD["scripts"][name], 1e-5, err_msg=name)


@pytest.mark.parametrize("name", scripts.SCRIPTS)
def test_ordinary_scripts_run_on_pytorch_too(name):
    """Unchanged, so that what we call ordinary is."""
    pytest.importorskip("torch", reason="no PyTorch here: run `make conformance`")
    _, losses, goal = scripts.ordinary(name, ours=False)
    assert np.mean(losses[-5:]) < goal < losses[0] / 2
