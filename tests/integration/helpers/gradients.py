"""Does the gradient reach every tensor, and is it right? A failure names where the chain broke.

`check_flow` is for loose tensors, `check_parameters` for a module and its named parameters.
"""

from collections.abc import Callable

import numpy as np

import tinytorch
from tinytorch.autograd import backward


class Chain:
    """The named tensors of one forward pass, in the order in which they were made.

    `chain.leaf(name, array)` makes a float64 leaf that wants gradients; `chain.mark(name, tensor)`
    notes a result on the way, and gives it back.
    """

    def __init__(self, values: dict[str, np.ndarray] | None = None):
        self.leaves: dict[str, tinytorch.Tensor] = {}
        self.stations: list[tuple[str, tinytorch.Tensor]] = []
        self._values = values or {}

    def leaf(self, name: str, array) -> tinytorch.Tensor:
        array = self._values.get(name, np.asarray(array, np.float64))
        self.leaves[name] = tinytorch.tensor(array, requires_grad=True)
        return self.leaves[name]

    def mark(self, name: str, tensor: tinytorch.Tensor) -> tinytorch.Tensor:
        if tensor.requires_grad:
            tensor.retain_grad()
        self.stations.append((name, tensor))
        return tensor


def check_flow(forward: Callable[[Chain], tinytorch.Tensor], places: int = 4) -> None:
    """Run `forward` and backward; compare every leaf's gradient with central differences.

    forward: builds a loss from `chain.leaf(...)`. places: how many entries of a leaf are compared.
    Raises: AssertionError naming the leaf, and the last station the gradient reached.
    """
    chain = Chain()
    loss = forward(chain)
    assert loss.requires_grad, "the loss records nothing: was it detached, or made under no_grad?"
    backward(loss)
    for name, leaf in chain.leaves.items():
        _check_present(chain, name, leaf)
        _check_values(forward, chain, name, leaf, places)


def _check_present(chain: Chain, name: str, leaf: tinytorch.Tensor) -> None:
    assert leaf.grad is not None, f"no gradient reaches {name!r}: {_break(chain)}"
    grad = leaf.grad.numpy()
    assert grad.shape == leaf.shape, f"{name!r} has shape {leaf.shape}, its gradient {grad.shape}"
    assert np.isfinite(grad).all(), f"the gradient of {name!r} is NaN or infinite: {_break(chain)}"
    assert grad.any(), f"the gradient of {name!r} is zero everywhere: {_break(chain)}"


def _break(chain: Chain) -> str:
    """Between which two stations, going backward, the gradient was lost."""
    reached = "the loss"
    for name, station in reversed(chain.stations):
        grad = None if station.grad is None else station.grad.numpy()
        if grad is None or not grad.any() or not np.isfinite(grad).all():
            return f"the chain broke between {reached} and {name!r}"
        reached = repr(name)
    return f"it got as far as {reached}"


def _check_values(forward, chain: Chain, name: str, leaf: tinytorch.Tensor, places: int) -> None:
    values = {other: tensor.numpy().copy() for other, tensor in chain.leaves.items()}
    rng = np.random.default_rng(0)
    flat = values[name].reshape(-1)
    for place in rng.choice(flat.size, min(places, flat.size), replace=False):
        kept, ends = flat[place], []
        for step in (1e-6, -1e-6):
            flat[place] = kept + step
            with tinytorch.no_grad():
                ends.append(forward(Chain(values)).item())
        flat[place] = kept
        numeric, got = (ends[0] - ends[1]) / 2e-6, leaf.grad.numpy().reshape(-1)[place]
        assert np.isclose(got, numeric, rtol=1e-4, atol=1e-7), (
            f"the gradient of {name!r} is wrong at {_at(place, leaf.shape)}: "
            f"backward gives {got:.6g}, differences give {numeric:.6g}"
        )


def _at(place: int, shape: tuple) -> tuple:
    return tuple(int(i) for i in np.unravel_index(place, shape))


def weighed(out: tinytorch.Tensor) -> tinytorch.Tensor:
    """A sum in which every value counts differently, so that no error hides."""
    weights = np.random.default_rng(0).uniform(0.5, 1.5, out.shape)
    return (out * tinytorch.tensor(weights)).sum()


def check_parameters(model, x: np.ndarray, places: int = 2, loss_of=weighed) -> None:
    """Run a module of module 03 and backward; compare each parameter's gradient with differences.

    The model is turned into float64. The random numbers of each forward pass are the same, so that
    dropout drops the same values. places: how many entries of each parameter are compared, those
    with the largest gradients. loss_of: makes one number of what the model gives.
    Raises: AssertionError naming the parameter, its layer, and the last parameter reached.
    """
    model.double()
    model.zero_grad()

    def loss():
        tinytorch.manual_seed(0)
        return loss_of(model(tinytorch.tensor(x)))

    backward(loss())
    for name, parameter in model.named_parameters():
        named = f"{name!r} of {_layer(model, name)!r}"
        _check_parameter(model, named, parameter)
        gradient = parameter.grad.numpy().reshape(-1)
        for place in np.argsort(-np.abs(gradient))[:places]:
            numeric = _slope(loss, parameter.numpy().reshape(-1), place)
            assert np.isclose(gradient[place], numeric, rtol=1e-3, atol=0), (
                f"the gradient of {named} is wrong at entry {place}: "
                f"backward gives {gradient[place]:.6g}, differences give {numeric:.6g}"
            )


def _check_parameter(model, named: str, parameter) -> None:
    assert parameter.grad is not None, f"no gradient reaches {named}: {_reached(model)}"
    gradient = parameter.grad.numpy()
    assert gradient.shape == parameter.shape, f"{named}: its gradient has shape {gradient.shape}"
    assert np.isfinite(gradient).all(), f"the gradient of {named} is NaN or infinite"
    assert gradient.any(), f"the gradient of {named} is zero everywhere: {_reached(model)}"


def _layer(model, name: str):
    return dict(model.named_modules())[name.rpartition(".")[0]]


def _reached(model) -> str:
    """The parameter furthest from the loss that got a gradient, going backward."""
    last = "the loss"
    for name, parameter in reversed(list(model.named_parameters())):
        if parameter.grad is None or not parameter.grad.numpy().any():
            break
        last = repr(name)
    return f"going backward, it got as far as {last}"


def _slope(loss, flat: np.ndarray, place: int, step: float = 1e-6) -> float:
    """The slope of `loss()` along one entry of the memory `flat`, by central differences."""
    kept, ends = flat[place], []
    for side in (step, -step):
        flat[place] = kept + side
        with tinytorch.no_grad():
            ends.append(loss().item())
    flat[place] = kept
    return (ends[0] - ends[1]) / (2 * step)
