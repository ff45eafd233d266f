"""A rate that rises and falls once in a run, set after every step; smoothed labels, layer norm."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.optim.lr_scheduler import OneCycleLR
from torch.utils.data import DataLoader, TensorDataset

GOAL = 0.45
EPOCHS = 8


def spirals(count=450):
    rng = np.random.default_rng(0)
    labels = np.arange(count) % 3
    t = rng.uniform(0.1, 1, count)
    angle = 4 * t + labels * 2 * np.pi / 3 + rng.normal(0, 0.08, count)
    points = np.stack([t * np.cos(angle), t * np.sin(angle)], axis=1).astype(np.float32)
    return TensorDataset(torch.from_numpy(3 * points), torch.from_numpy(labels).long())


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(2, 48)
        self.norm = nn.LayerNorm(48)
        self.second = nn.Linear(48, 48)
        self.last = nn.Linear(48, 3)

    def forward(self, x):
        x = F.gelu(self.norm(self.first(x)))
        x = x + F.gelu(self.second(x))
        return self.last(x)


def build():
    return Net()


def train(model):
    loader = DataLoader(spirals(), batch_size=30, shuffle=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.05)
    scheduler = OneCycleLR(optimizer, max_lr=0.02, steps_per_epoch=len(loader), epochs=EPOCHS)
    losses, rates = [], []
    for _epoch in range(EPOCHS):
        for x, y in loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y, label_smoothing=0.05)
            loss.backward()
            optimizer.step()
            scheduler.step()
            losses.append(loss.item())
            rates.append(scheduler.get_last_lr()[0])
    assert abs(max(rates) - 0.02) < 1e-4
    assert rates[-1] < 1e-5
    return losses


if __name__ == "__main__":
    torch.manual_seed(0)
    print("last loss:", train(build())[-1])
