"""Batches too large for memory, in four pieces: one step of the optimizer for every four."""

import numpy as np
import torch
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset

GOAL = 0.12
ACCUMULATION_STEPS = 4


def build():
    return nn.Sequential(nn.Linear(8, 32), nn.SiLU(), nn.Linear(32, 4))


def train(model):
    rng = np.random.default_rng(0)
    centers = rng.normal(0, 2, (4, 8))
    labels = rng.integers(0, 4, 512)
    data = torch.tensor(centers[labels] + rng.normal(size=(512, 8))).float()
    loader = DataLoader(TensorDataset(data, torch.tensor(labels)), batch_size=16, shuffle=True)
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.01)
    losses = []
    for _epoch in range(12):
        running = 0.0
        for i, (inputs, targets) in enumerate(loader):
            loss = criterion(model(inputs), targets) / ACCUMULATION_STEPS
            loss.backward()
            running += loss.item()
            if (i + 1) % ACCUMULATION_STEPS == 0:
                nn.utils.clip_grad_value_(model.parameters(), 0.5)
                optimizer.step()
                model.zero_grad()
                losses.append(running)
                running = 0.0
    # One more piece by itself, so that its gradients can be looked at.
    criterion(model(data), torch.tensor(labels)).backward()
    return losses


if __name__ == "__main__":
    torch.manual_seed(0)
    print("last loss:", train(build())[-1])
