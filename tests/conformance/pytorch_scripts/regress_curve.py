"""A curve through noisy points: mean squared error, SGD with Nesterov's momentum and decay."""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim

GOAL = 0.02


def build():
    return nn.Sequential(
        nn.Linear(1, 24), nn.Tanh(), nn.Linear(24, 24), nn.Tanh(), nn.Linear(24, 1)
    )


def train(model):
    rng = np.random.default_rng(0)
    x = torch.linspace(-2, 2, 120).unsqueeze(1)
    noise = torch.from_numpy(rng.normal(0, 0.03, (120, 1)).astype(np.float32))
    y = torch.sin(2 * x) + 0.3 * x**2 + noise
    optimizer = optim.SGD(
        model.parameters(), lr=0.02, momentum=0.9, nesterov=True, weight_decay=1e-4
    )
    losses = []
    for _step in range(500):
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    with torch.no_grad():
        worst = (model(x) - y).abs().max().item()
    assert worst < 0.6
    return losses


if __name__ == "__main__":
    torch.manual_seed(0)
    print(f"last loss: {train(build())[-1]:.4f}")
