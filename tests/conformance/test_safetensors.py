"""A state_dict goes to PyTorch and back through safetensors, the format that models are shared in.

The half that needs NumPy only runs everywhere, the other one where PyTorch is installed.
"""

import numpy as np
import pytest
from safetensors import numpy as safe_numpy

import tinytorch
import tinytorch.nn


def network(framework):
    """Layers with parameters, buffers, an integer buffer, and a tensor of no dimensions."""
    nn = framework.nn
    return nn.Sequential(
        nn.Linear(6, 8), nn.BatchNorm1d(8), nn.ReLU(),
        nn.Sequential(nn.Linear(8, 8, bias=False), nn.LayerNorm(8), nn.GELU()),
        nn.GroupNorm(2, 8), nn.RMSNorm(8), nn.Linear(8, 3),
    )  # fmt: skip


def trained(framework, seed=0):
    """A network after three steps, so that statistics have moved; in evaluation."""
    framework.manual_seed(seed)
    model = network(framework)
    optimizer = framework.optim.Adam(model.parameters(), lr=0.05)
    rng = np.random.default_rng(seed)
    for _ in range(3):
        x = framework.tensor(rng.normal(1, 2, (10, 6)).astype(np.float32))
        optimizer.zero_grad()
        (model(x) ** 2).mean().backward()
        optimizer.step()
    return model.eval()


def arrays_of(model) -> dict[str, np.ndarray]:
    return {name: np.asarray(value) for name, value in model.state_dict().items()}


def output(framework, model) -> np.ndarray:
    x = np.random.default_rng(7).normal(size=(5, 6)).astype(np.float32)
    with framework.no_grad():
        return np.asarray(model(framework.tensor(x)))


def assert_same(ours: dict, theirs: dict) -> None:
    """Bit by bit, in the same order, NaN and the sign of zero included."""
    assert list(ours) == list(theirs)
    for name, array in ours.items():
        other = theirs[name]
        assert (array.dtype, array.shape) == (other.dtype, other.shape), name
        assert array.tobytes() == other.tobytes(), name


def test_a_state_dict_comes_back_from_a_file(tmp_path):
    path = tmp_path / "model.safetensors"
    model, fresh = trained(tinytorch), network(tinytorch).eval()
    safe_numpy.save_file(arrays_of(model), path)
    fresh.load_state_dict(safe_numpy.load_file(path))
    assert_same(arrays_of(model), arrays_of(fresh))
    assert fresh[1].num_batches_tracked.item() == 3
    np.testing.assert_array_equal(output(tinytorch, model), output(tinytorch, fresh))


def test_a_state_dict_goes_to_pytorch_and_back(tmp_path):
    torch = pytest.importorskip("torch", reason="no PyTorch here: run `make conformance`")
    safe_torch = pytest.importorskip("safetensors.torch")
    there, back = tmp_path / "there.safetensors", tmp_path / "back.safetensors"
    model, theirs = trained(tinytorch), trained(torch, seed=1)
    safe_numpy.save_file(arrays_of(model), there)
    theirs.load_state_dict(safe_torch.load_file(there))
    np.testing.assert_allclose(output(tinytorch, model), output(torch, theirs), 1e-5, 1e-6)
    safe_torch.save_file(theirs.state_dict(), back)
    fresh = network(tinytorch).eval()
    fresh.load_state_dict(safe_numpy.load_file(back))
    assert_same(arrays_of(model), arrays_of(fresh))
    assert there.read_bytes() == back.read_bytes()
    np.testing.assert_array_equal(output(tinytorch, model), output(tinytorch, fresh))


def test_a_model_trained_by_pytorch_comes_to_us(tmp_path):
    torch = pytest.importorskip("torch", reason="no PyTorch here: run `make conformance`")
    safe_torch = pytest.importorskip("safetensors.torch")
    path = tmp_path / "model.safetensors"
    theirs, ours = trained(torch), network(tinytorch).eval()
    safe_torch.save_file(theirs.state_dict(), path)
    ours.load_state_dict(safe_numpy.load_file(path))
    assert_same(arrays_of(ours), arrays_of(theirs))
    np.testing.assert_allclose(output(tinytorch, ours), output(torch, theirs), 1e-5, 1e-6)
