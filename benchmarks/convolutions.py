"""Convolutions, pooling, batch norm of images and a whole CNN's step against PyTorch's.

Forward and backward of one layer on a batch of 32 images; a first layer's images want no gradient.
Then training steps: of a CNN with 16 and 32 filters and of a LeNet.
"""

import numpy as np

from benchmarks.compare import Case, report


def images(framework, shape, learned=True):
    values = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    return framework.tensor(values, requires_grad=learned)


def layer(framework, shape, learned, name, *args, **options):
    """One of `nn`, with weights that learn; the gradient that goes in is another batch."""
    module = getattr(framework.nn, name)(*args, **options)
    x = images(framework, shape, learned)
    g = images(framework, tuple(module(x).shape), learned=False)

    def run():
        x.grad = None
        for parameter in module.parameters():
            parameter.grad = None
        module(x).backward(g)

    return run


def convolution(framework, channels, filters, size, kernel, stride=1, learned=True):
    args = channels, filters, kernel, stride, kernel // 2
    return layer(framework, (32, channels, size, size), learned, "Conv2d", *args)


def pool(framework, channels, size, *args):
    return layer(framework, (32, channels, size, size), True, "MaxPool2d", *args)


def norm(framework, channels, size):
    return layer(framework, (32, channels, size, size), True, "BatchNorm2d", channels)


def block(nn, channels, filters, kernel, padding):
    """relu after the pool: the result is the same, since both keep the order, in a quarter of the
    time."""
    return nn.Conv2d(channels, filters, kernel, padding=padding), nn.MaxPool2d(2), nn.ReLU()


def small_cnn(nn):
    head = nn.Flatten(), nn.Linear(32 * 7 * 7, 10)
    return nn.Sequential(*block(nn, 1, 16, 3, 1), *block(nn, 16, 32, 3, 1), *head)


def lenet(nn):
    head = nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)
    convolutions = *block(nn, 1, 6, 5, 2), *block(nn, 6, 16, 5, 0)
    return nn.Sequential(*convolutions, nn.Flatten(), *head)


def step(framework, model, batch, optimizer, **settings):
    model = model(framework.nn)
    x = images(framework, (batch, 1, 28, 28), learned=False)
    labels = framework.tensor(np.random.default_rng(1).integers(0, 10, batch))
    optimizer = getattr(framework.optim, optimizer)(model.parameters(), **settings)

    def run():
        optimizer.zero_grad()
        framework.nn.functional.cross_entropy(model(x), labels).backward()
        optimizer.step()

    return run


def sgd_step(framework):
    return step(framework, small_cnn, 32, "SGD", lr=0.01)


def adamw_step(framework):
    return step(framework, lenet, 64, "AdamW", lr=1e-3)


CASES = [  # channels, filters, size, kernel
    Case("conv 1 -> 16, k3, 28 x 28", convolution, (1, 16, 28, 3, 1, False), 0.6),
    Case("conv 1 -> 6, k5, 28 x 28 (LeNet's first)", convolution, (1, 6, 28, 5, 1, False), 0.6),
    Case("conv 16 -> 32, k3, 14 x 14", convolution, (16, 32, 14, 3), 1.5),
    Case("conv 64 -> 128, k3, 8 x 8", convolution, (64, 128, 8, 3), 1.2),
    Case("conv 64 -> 64, k3, 32 x 32", convolution, (64, 64, 32, 3), 1.4),
    Case("the same, with a stride of 2", convolution, (64, 64, 32, 3, 2), 1.5),
    Case("max pool 2 x 2, 16 channels, 28 x 28", pool, (16, 28, 2), 0.5),
    Case("max pool 2 x 2, 64 channels, 32 x 32", pool, (64, 32, 2), 0.5),
    Case("max pool 3 x 3, stride 2, 64 channels, 32 x 32", pool, (64, 32, 3, 2, 1), 2.0),
    Case("batch norm, 16 channels, 28 x 28", norm, (16, 28), 1.1),
    Case("batch norm, 64 channels, 32 x 32", norm, (64, 32), 1.1),
    Case("CNN 1-16-32, batch of 32, one step of SGD", sgd_step, (), 0.82),
    Case("LeNet, batch of 64, one step of AdamW", adamw_step, (), 0.96),
]


def main() -> None:
    report("convolutions", CASES)


if __name__ == "__main__":
    main()
