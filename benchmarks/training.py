"""A training step with the pieces of modules 03, 04 and 06 against PyTorch's.

A perceptron of 784-256-128-10 on batches of 128: forward, cross-entropy, backward and the update.
Then the update alone, on gradients that stay.
"""

import numpy as np

from benchmarks.compare import Case, report


def parts(framework, optimizer, settings):
    """The model, a batch, its answers and the optimizer, made of `framework`."""
    rng, nn = np.random.default_rng(0), framework.nn
    images = framework.tensor(rng.standard_normal((128, 784)).astype(np.float32))
    labels = framework.tensor(rng.integers(0, 10, 128))
    layers = nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)
    model = nn.Sequential(*layers)
    optimizer = getattr(framework.optim, optimizer)(model.parameters(), **settings)
    return model, images, labels, optimizer


def training_step(framework, optimizer, settings):
    model, images, labels, optimizer = parts(framework, optimizer, settings)

    def run():
        optimizer.zero_grad()
        loss = framework.nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()

    return run


def update(framework, optimizer, settings):
    model, images, labels, optimizer = parts(framework, optimizer, settings)
    framework.nn.functional.cross_entropy(model(images), labels).backward()
    return optimizer.step


MOMENTUM, TUNED = {"lr": 0.01, "momentum": 0.9}, 0.8
CASES = [
    Case("perceptron 784-256-128-10, one step of Adam", training_step, ("Adam", {}), 0.8, TUNED),
    Case("the same, AdamW", training_step, ("AdamW", {}), 0.8, TUNED),
    Case("the same, SGD with momentum", training_step, ("SGD", MOMENTUM), 0.8),
    Case("the update alone: Adam", update, ("Adam", {}), 1.0),
    Case("the update alone: AdamW", update, ("AdamW", {}), 0.8),
    Case("the update alone: SGD with momentum", update, ("SGD", MOMENTUM), 0.8),
]


def main() -> None:
    report("training", CASES)


if __name__ == "__main__":
    main()
