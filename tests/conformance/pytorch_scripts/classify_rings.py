"""Three rings of points: a perceptron with Adam, a falling rate and clipped gradients."""

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

GOAL = 0.1
device = "cpu"


def rings(count, seed):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, count)
    angle, radius = rng.uniform(0, 2 * np.pi, count), labels + 1 + rng.normal(0, 0.12, count)
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return TensorDataset(torch.tensor(points, dtype=torch.float32), torch.tensor(labels))


class Classifier(nn.Module):
    def __init__(self, hidden=32):
        super().__init__()
        self.stack = nn.Sequential(
            nn.Linear(2, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU()
        )
        self.head = nn.Linear(hidden, 3)

    def forward(self, x):
        return self.head(self.stack(x))


def build():
    return Classifier().to(device)


def evaluate(model, dataloader, loss_fn):
    model.eval()
    loss, correct = 0.0, 0
    with torch.no_grad():
        for X, y in dataloader:
            pred = model(X.to(device))
            loss += loss_fn(pred, y).item()
            correct += (pred.argmax(1) == y).type(torch.float).sum().item()
    return loss / len(dataloader), correct / len(dataloader.dataset)


def train(model):
    train_loader = DataLoader(rings(480, seed=0), batch_size=64, shuffle=True)
    test_loader = DataLoader(rings(200, seed=1), batch_size=100)
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=10, gamma=0.5)
    losses = []
    for _epoch in range(20):
        model.train()
        for _batch, (X, y) in enumerate(train_loader):
            X, y = X.to(device), y.to(device)
            loss = loss_fn(model(X), y)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
            optimizer.step()
            losses.append(loss.item())
        scheduler.step()
    test_loss, accuracy = evaluate(model, test_loader, loss_fn)
    assert test_loss < 0.2
    assert accuracy > 0.95
    assert optimizer.param_groups[0]["lr"] == scheduler.get_last_lr()[0] == 0.0025
    return losses


if __name__ == "__main__":
    torch.manual_seed(0)
    print(f"last loss: {train(build())[-1]:>7f}")
