"""Dropout and batch norm: other in training than in evaluation, and the best weights are kept."""

import copy

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

GOAL = 0.3


def build():
    return nn.Sequential(
        nn.Linear(10, 64),
        nn.BatchNorm1d(64),
        nn.ReLU(),
        nn.Dropout(p=0.2),
        nn.Linear(64, 32),
        nn.BatchNorm1d(32, momentum=0.2),
        nn.GELU(),
        nn.Dropout(p=0.1),
        nn.Linear(32, 1),
    )


def train(model):
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(600, 10)).astype(np.float32)
    answers = (inputs[:, :3].prod(axis=1) + inputs[:, 3] > 0).astype(np.float32)
    data = TensorDataset(torch.from_numpy(inputs), torch.from_numpy(answers))
    train_set, val_set = random_split(data, [500, 100], generator=torch.Generator().manual_seed(1))
    train_loader = DataLoader(train_set, batch_size=50, shuffle=True)
    val_loader = DataLoader(val_set, batch_size=100)
    criterion = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    losses, best = [], (float("inf"), None)
    for _epoch in range(25):
        model.train()
        for x, y in train_loader:
            optimizer.zero_grad(set_to_none=True)
            loss = criterion(model(x).squeeze(1), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        model.eval()
        with torch.no_grad():
            val_loss = sum(criterion(model(x).squeeze(-1), y).item() for x, y in val_loader)
        if val_loss < best[0]:
            best = val_loss, copy.deepcopy(model.state_dict())
    model.load_state_dict(best[1])
    x, y = next(iter(val_loader))
    with torch.no_grad():
        again, alone = model(x), model(x[:1])
        assert torch.allclose(again, model(x))
        assert torch.allclose(again[:1], alone, atol=1e-5)
        accuracy = ((torch.sigmoid(again).squeeze(1) > 0.5) == y.bool()).float().mean().item()
    assert accuracy > 0.75
    assert 0 < model[1].num_batches_tracked.item() <= 250
    return losses


if __name__ == "__main__":
    torch.manual_seed(0)
    print(f"last loss: {train(build())[-1]:.4f}")
