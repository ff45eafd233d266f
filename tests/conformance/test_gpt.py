"""Our GPT against one written in PyTorch, `pytorch_scripts/nano_gpt.py`: logits, losses, a run.

What PyTorch said is in `recorded_gpt.json`; `gpt_run.py` wrote it, and says how.
"""

import json
import math

import numpy as np
import pytest
from conformance import gpt_run, scripts

import tinytorch
from tinytorch import models

RECORD = json.loads(gpt_run.RECORD.read_text(encoding="utf-8"))


def test_logits_are_pytorchs():
    ours = gpt_run.logits(tinytorch, ours=True)
    assert np.abs(ours).max() > 1
    np.testing.assert_allclose(ours, RECORD["logits"], atol=1e-5)


def test_the_first_steps_are_pytorchs():
    losses = [loss for _, loss, _ in gpt_run.steps(tinytorch, ours=True, count=8)]
    np.testing.assert_allclose(losses, RECORD["first"][:8], 1e-5)


@pytest.mark.slow
def test_the_whole_run_is_pytorchs():
    """2,000 steps: about three minutes of one core."""
    ours, theirs = gpt_run.run(tinytorch, ours=True), RECORD["validation"]
    assert list(ours["validation"]) == list(theirs)
    for step, loss in theirs.items():
        assert abs(ours["validation"][step] - loss) < 0.005, step
    assert ours["validation"]["2000"] < 2.0 < ours["first"][0]


@pytest.mark.parametrize("bias", [True, False])
def test_a_state_goes_to_the_script_and_back(bias):
    """On our framework the script's model, with our weights under its names, gives our logits."""
    tinytorch.manual_seed(0)
    sizes = {**gpt_run.SMALL, "bias": bias}
    ours = models.GPT(models.GPTConfig(vocab_size=11, tie_weights=True, **sizes))
    with tinytorch.no_grad():
        for parameter in ours.parameters():
            parameter += tinytorch.randn(*parameter.shape) * 0.2
    script = scripts.loaded("nano_gpt", ours=True)
    theirs = script["GPT"](script["GPTConfig"](vocab_size=11, **sizes))
    assert set(theirs.state_dict()) == {
        name if name.startswith("lm_head") else f"transformer.{name}" for name in ours.state_dict()
    }
    gpt_run.load(
        tinytorch, False, theirs, {name: v.numpy() for name, v in ours.state_dict().items()}
    )
    ids = tinytorch.tensor(np.arange(20).reshape(2, 10) % 11)
    np.testing.assert_allclose(theirs(ids, ids)[0].numpy(), ours(ids).numpy(), 1e-5, 1e-5)
    loss = models.next_token_loss(ours(ids), ids).item()
    assert math.isclose(theirs(ids, ids)[1].item(), loss, rel_tol=1e-5)


@pytest.mark.parametrize("bias", [True, False])
def test_a_state_goes_to_pytorch(bias):
    torch = pytest.importorskip("torch", reason="no PyTorch here: run `make conformance`")
    tinytorch.manual_seed(1)
    sizes = {**gpt_run.SMALL, "bias": bias}
    ours = models.GPT(models.GPTConfig(vocab_size=11, tie_weights=True, **sizes))
    with tinytorch.no_grad():
        for parameter in ours.parameters():
            parameter += tinytorch.randn(*parameter.shape) * 0.2
    theirs = gpt_run.build(torch, False, sizes, 11)
    gpt_run.load(torch, False, theirs, {name: v.numpy() for name, v in ours.state_dict().items()})
    ids = np.arange(20).reshape(2, 10) % 11
    with torch.no_grad():
        wanted = theirs(torch.tensor(ids), torch.tensor(ids))[0].numpy()
    assert np.abs(wanted).max() > 1
    np.testing.assert_allclose(ours(tinytorch.tensor(ids)).numpy(), wanted, atol=1e-5)


def test_pytorch_still_says_so():
    torch = pytest.importorskip("torch", reason="no PyTorch here: run `make conformance`")
    np.testing.assert_allclose(gpt_run.logits(torch, ours=False), RECORD["logits"], atol=1e-5)
    losses = [loss for _, loss, _ in gpt_run.steps(torch, ours=False, count=8)]
    np.testing.assert_allclose(losses, RECORD["first"][:8], 1e-5)
