"""A run that stops half-way and goes on in a new model and a new optimizer, by their state."""

import copy

import numpy as np
import torch
from torch import nn, optim

GOAL = 0.01


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(5, 40)
        self.fc2 = nn.Linear(40, 2)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))


def build():
    return Net()


def data():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(64, 5)).astype(np.float32)
    targets = np.stack([x[:, 0] * x[:, 1], x.sum(axis=1)], axis=1)
    return torch.from_numpy(x), torch.from_numpy(targets)


def make_optimizer(model):
    optimizer = optim.AdamW(model.parameters(), lr=0.01)
    return optimizer, optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=200)


def run(model, optimizer, scheduler, steps):
    x, y = data()
    loss_fn, losses = nn.MSELoss(), []
    for _ in range(steps):
        loss = loss_fn(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()
        losses.append(loss.item())
    return losses


def train(model):
    optimizer, scheduler = make_optimizer(model)
    losses = run(model, optimizer, scheduler, 100)
    checkpoint = copy.deepcopy(
        {
            "model_state_dict": model.state_dict(),
            "optimizer_state_dict": optimizer.state_dict(),
            "scheduler_state_dict": scheduler.state_dict(),
        }
    )
    going_on = run(model, optimizer, scheduler, 100)

    resumed = build()
    resumed.load_state_dict(checkpoint["model_state_dict"])
    optimizer, scheduler = make_optimizer(resumed)
    optimizer.load_state_dict(checkpoint["optimizer_state_dict"])
    scheduler.load_state_dict(checkpoint["scheduler_state_dict"])
    assert run(resumed, optimizer, scheduler, 100) == going_on
    return losses + going_on


if __name__ == "__main__":
    torch.manual_seed(0)
    print("last loss:", train(build())[-1])
