"""Two layers of bare tensors, updated under no_grad, before there are modules and optimizers."""

import numpy as np
import torch

GOAL = 0.03


class Weights(torch.nn.Module):
    """Only a place to keep them."""

    def __init__(self):
        super().__init__()
        self.w1 = torch.nn.Parameter(torch.randn(3, 16) / 3**0.5)
        self.b1 = torch.nn.Parameter(torch.zeros(16))
        self.w2 = torch.nn.Parameter(torch.randn(16, 1) / 4)


def build():
    return Weights()


def train(model):
    rng = np.random.default_rng(0)
    x = torch.tensor(rng.uniform(-1, 1, (100, 3)), dtype=torch.float)
    y = (x[:, 0:1] * x[:, 1:2] - x[:, 2:] ** 2).clamp(min=-0.8)
    learning_rate, losses = 0.3, []
    for _t in range(500):
        hidden = (x @ model.w1 + model.b1).tanh()
        loss = ((hidden @ model.w2 - y) ** 2).mean()
        for p in model.parameters():
            p.grad = None
        loss.backward()
        with torch.no_grad():
            for p in model.parameters():
                p -= learning_rate * p.grad
        losses.append(loss.item())
    assert hidden.requires_grad
    assert not hidden.detach().requires_grad
    return losses


if __name__ == "__main__":
    torch.manual_seed(0)
    print("last loss:", train(build())[-1])
