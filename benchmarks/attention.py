"""Causal attention against PyTorch's, forward and backward, from q, k and v in one packed tensor.

At the size of the course's GPT (batch 8, 64 positions, 4 heads of 32 features), where everything
fits into the cache, and at 256 positions of 6 heads of 64, where half of all scores lie above the
diagonal. PyTorch's is `scaled_dot_product_attention`, which on a CPU is its flash attention.
"""

import importlib

import numpy as np

from benchmarks.compare import Case, report

SIZES = {"B8 T64 D128 H4": (8, 64, 128, 4), "B8 T256 D384 H6": (8, 256, 384, 6)}


def inputs(framework, n, t, width, times=3):
    """A leaf (n, t, times * width), and a gradient for the result (n, t, width)."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((n, t, times * width)).astype(np.float32)
    g = rng.standard_normal((n, t, width)).astype(np.float32)
    return framework.tensor(x, requires_grad=True), framework.tensor(g)


def cut_and_joined(framework, qkv, heads):
    """As most programs write it: three parts, heads apart, attention, heads together."""
    n, t, packed = qkv.shape
    parts = (x.view(n, t, heads, -1).transpose(1, 2) for x in qkv.split(packed // 3, 2))
    y = framework.nn.functional.scaled_dot_product_attention(*parts, is_causal=True)
    return y.transpose(1, 2).reshape(n, t, packed // 3)


def packed(framework, n, t, width, heads):
    """Our own function for that, where there is one."""
    qkv, g = inputs(framework, n, t, width)
    ours = framework.__name__ == "tinytorch"
    core = importlib.import_module("tinytorch.core.attention") if ours else None

    def run():
        qkv.grad = None
        if core is not None:
            core.packed_attention(qkv, heads, is_causal=True).backward(g)
        else:
            cut_and_joined(framework, qkv, heads).backward(g)

    return run


def cut(framework, n, t, width, heads):
    """The same program in both."""
    qkv, g = inputs(framework, n, t, width)

    def run():
        qkv.grad = None
        cut_and_joined(framework, qkv, heads).backward(g)

    return run


def layer(framework, n, t, width, heads):
    """`nn.MultiheadAttention`, causal, without weights: attention and four linear layers."""
    x, g = inputs(framework, n, t, width, times=1)
    module = framework.nn.MultiheadAttention(width, heads, batch_first=True)
    mask = framework.tensor(np.triu(np.ones((t, t), bool), 1))
    options = {"need_weights": False, "attn_mask": mask, "is_causal": True}

    def run():
        x.grad = None
        for parameter in module.parameters():
            parameter.grad = None
        module(x, x, x, **options)[0].backward(g)

    return run


CASES = [
    Case(f"{name}, {size}", make, SIZES[size], aim)
    for size in SIZES
    for name, make, aim in (
        ("packed", packed, 0.85),
        ("cut in three", cut, 1.2),
        ("MultiheadAttention", layer, 1.0),
    )
]


def main() -> None:
    report("attention", CASES)


if __name__ == "__main__":
    main()
