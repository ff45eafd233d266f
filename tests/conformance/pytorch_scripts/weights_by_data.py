"""Weights changed through `.data`, as scripts older than no_grad do, and the graph looked at."""

import numpy as np
import torch

GOAL = 0.03


class Polynomial(torch.nn.Module):
    """Powers of x, weighted."""

    def __init__(self):
        super().__init__()
        self.w = torch.nn.Parameter(torch.zeros(4))
        self.w.data.copy_(torch.randn(4))
        self.w.data[0] = 1.0
        self.w.data = self.w.data * 0.5

    def forward(self, x):
        return torch.stack([x**n for n in range(4)], dim=1) @ self.w


def build():
    return Polynomial()


def leaves(node):
    """The tensors that gradients flow to, found by walking the graph."""
    if hasattr(node, "variable"):
        return {node.variable}
    found = [leaves(before) for before, _ in node.next_functions if before is not None]
    return set().union(*found)


def train(model):
    x = torch.tensor(np.linspace(-1, 1, 64), dtype=torch.float)
    y = torch.sin(3 * x)
    learning_rate, losses = 0.3, []
    for _t in range(400):
        loss = ((model(x) - y) ** 2).mean()
        assert leaves(loss.grad_fn) == set(model.parameters())
        for p in model.parameters():
            if p.grad is not None:
                p.grad.data.zero_()
        loss.backward()
        for p in model.parameters():
            p.data -= learning_rate * p.grad.data
        losses.append(loss.item())
    assert loss.grad_fn is not None
    assert all(p.grad_fn is None and p.requires_grad for p in model.parameters())
    return losses


if __name__ == "__main__":
    torch.manual_seed(0)
    print("last loss:", train(build())[-1])
