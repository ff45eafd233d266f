"""The engine of modules 01 and 02 against PyTorch's.

Chains of 1,000 operations on 10 elements and on scalars, forward and backward, show what one
operation costs beyond its arithmetic; a perceptron of 784-256-128-10 with batches of 128, written
with tensors alone, shows a training step: forward, backward and the update of SGD.
"""

import itertools

import numpy as np

from benchmarks.compare import Case, report


def chain_of_numbers(framework, shape):
    """1,000 operations, each on the result before and a number: x * 0.999 + 0.001, ..."""
    x = framework.ones(shape, requires_grad=True)

    def run():
        y = x
        for _ in range(500):
            y = y * 0.999 + 0.001
        y.sum().backward()

    return run


def chain_of_tensors(framework, shape):
    """1,000 operations, each on the result before and one of two leaves: x * w + b, ..."""
    x = framework.ones(shape, requires_grad=True)
    w, b = (framework.full(shape, value, requires_grad=True) for value in (0.999, 0.001))

    def run():
        y = x
        for _ in range(500):
            y = y * w + b
        y.sum().backward()

    return run


def perceptron(framework):
    """One step of SGD: relu as clamp, softmax cross-entropy from exp, sum and log."""
    rng = np.random.default_rng(0)
    images = framework.tensor(rng.standard_normal((128, 784)).astype(np.float32))
    targets = framework.tensor(np.eye(10, dtype=np.float32)[rng.integers(0, 10, 128)])
    widths = (784, 256, 128, 10)
    weights = [
        framework.tensor(rng.normal(0, m**-0.5, (m, n)).astype(np.float32), requires_grad=True)
        for m, n in itertools.pairwise(widths)
    ]
    biases = [framework.zeros(n, requires_grad=True) for n in widths[1:]]

    def run():
        x = images
        for i, (w, b) in enumerate(zip(weights, biases, strict=True)):
            x = x @ w + b
            x = x.clamp(min=0) if i < 2 else x
        x = x - x.amax(1, True)
        log_probabilities = x - x.exp().sum(1, True).log()
        loss = -(log_probabilities * targets).sum() / 128
        loss.backward()
        with framework.no_grad():
            for p in (*weights, *biases):
                p -= 0.01 * p.grad
                p.grad = None

    return run


CASES = [
    Case("1,000 operations with numbers, 10 elements", chain_of_numbers, ((10,),), 0.6),
    Case("1,000 operations with numbers, scalars", chain_of_numbers, ((),), 0.5),
    Case("1,000 operations with tensors, 10 elements", chain_of_tensors, ((10,),), 0.65),
    Case("1,000 operations with tensors, scalars", chain_of_tensors, ((),), 0.5),
    Case("perceptron 784-256-128-10, one step of SGD", perceptron, (), 1.0),
]


def main() -> None:
    report("engine", CASES)


if __name__ == "__main__":
    main()
