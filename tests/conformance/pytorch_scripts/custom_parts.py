"""A dataset and layers of one's own: a buffer, free parameters, a list of blocks."""

import math

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

GOAL = 0.01


class Waves(Dataset):
    """Noise-free pieces of sine waves; the target is how fast they swing."""

    def __init__(self, count, length=16):
        mixed = np.random.default_rng(0).permutation(count)
        self.speeds = torch.linspace(0.2, 1.2, count)[torch.from_numpy(mixed)]
        self.length = length

    def __len__(self):
        return len(self.speeds)

    def __getitem__(self, index):
        speed = self.speeds[index]
        time = torch.arange(self.length, dtype=torch.float32)
        return {"wave": torch.sin(speed * time + 0.1 * (index % 7)), "speed": speed}


class Standardize(nn.Module):
    """Takes the mean out and divides by the spread, both from data: no parameters, but state."""

    def __init__(self, features):
        super().__init__()
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("std", torch.ones(features))

    def fit(self, x):
        self.mean.copy_(x.mean(dim=0))
        self.std.copy_(x.std(dim=0))

    def forward(self, x):
        return (x - self.mean) / (self.std + 1e-6)


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(width, width))
        self.scale = nn.Parameter(torch.ones(width))
        nn.init.kaiming_uniform_(self.weight, a=math.sqrt(5))

    def forward(self, x):
        return x + self.scale * torch.tanh(x @ self.weight.T)


class SpeedNet(nn.Module):
    def __init__(self, length=16, depth=3):
        super().__init__()
        self.norm = Standardize(length)
        self.blocks = nn.ModuleList([Block(length) for _ in range(depth)])
        self.out = nn.Linear(length, 1)

    def forward(self, x):
        x = self.norm(x)
        for block in self.blocks:
            x = block(x)
        return self.out(x).squeeze(-1)


def build():
    return SpeedNet()


def train(model):
    loader = DataLoader(Waves(200), batch_size=20, shuffle=True, drop_last=True)
    model.norm.fit(torch.stack([item["wave"] for item in loader.dataset]))
    groups = [
        {"params": model.blocks.parameters()},
        {"params": model.out.parameters(), "lr": 0.01},
    ]
    optimizer = torch.optim.SGD(groups, lr=0.02, momentum=0.8)
    loss_fn, metric = nn.MSELoss(), nn.L1Loss(reduction="sum")
    losses = []
    for _epoch in range(25):
        for batch in loader:
            optimizer.zero_grad()
            loss = loss_fn(model(batch["wave"]), batch["speed"])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    with torch.no_grad():
        off = sum(metric(model(batch["wave"]), batch["speed"]).item() for batch in loader)
    assert off / len(loader.dataset) < 0.1
    names = [name for name, _ in model.named_buffers()]
    assert names == ["norm.mean", "norm.std"]
    assert set(names) < set(model.state_dict())
    assert len(list(model.parameters())) == 8
    return losses


if __name__ == "__main__":
    torch.manual_seed(0)
    print("last loss:", train(build())[-1])
