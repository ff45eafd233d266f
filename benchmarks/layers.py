"""Activations, norms and losses against PyTorch's, forward and backward.

A batch of 128 rows of 1,024 features, 512 KB in float32, where memory traffic counts and not the
cost of a call: a temporary array more is seen here. Layer norm also at the 512 rows of 128 features
of a small transformer.
"""

import numpy as np

from benchmarks.compare import Case, report

SHAPE = (128, 1024)


def batch(framework, shape=SHAPE):
    values = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    return framework.tensor(values, requires_grad=True), framework.tensor(values)


def function(framework, name, options):
    """One of `nn.functional`; the gradient that goes in is another batch."""
    x, g = batch(framework)
    call = getattr(framework.nn.functional, name)

    def run():
        x.grad = None
        call(x, **options).backward(g)

    return run


def layer(framework, name, *args, shape=SHAPE):
    """One of `nn`, with weights that learn."""
    x, g = batch(framework, shape)
    module = getattr(framework.nn, name)(*args)

    def run():
        x.grad = None
        for parameter in module.parameters():
            parameter.grad = None
        module(x).backward(g)

    return run


def small_layer_norm(framework):
    return layer(framework, "LayerNorm", 128, shape=(512, 128))


def loss(framework, name):
    x, _ = batch(framework)
    targets = framework.tensor(np.random.default_rng(0).integers(0, SHAPE[1], SHAPE[0]))

    def run():
        x.grad = None
        getattr(framework.nn.functional, name)(x, targets).backward()

    return run


ELEMENTWISE = (  # with the ratio that we want to stay below
    *(("relu", 1.5), ("leaky_relu", 1.2), ("sigmoid", 1.5), ("tanh", 1.5), ("silu", 1.5)),
    ("gelu", 2.5),
)
NORMS = (("BatchNorm1d", 1024), ("LayerNorm", 1024), ("GroupNorm", 8, 1024), ("RMSNorm", 1024))
AIMS = {"BatchNorm1d": 1.3, "LayerNorm": 1.6}
CASES = [Case(name, function, (name, {}), aim) for name, aim in ELEMENTWISE]
CASES += [
    Case("gelu by tanh", function, ("gelu", {"approximate": "tanh"}), aim=0.6),
    Case("softmax", function, ("softmax", {"dim": 1}), aim=1.5),
    *(Case(norm[0], layer, norm, aim=AIMS.get(norm[0], 2.0)) for norm in NORMS),
    Case("LayerNorm of 512 x 128", small_layer_norm, (), aim=AIMS["LayerNorm"]),
    Case("cross_entropy", loss, ("cross_entropy",), aim=0.8),
]


def main() -> None:
    report("layers", CASES)


if __name__ == "__main__":
    main()
