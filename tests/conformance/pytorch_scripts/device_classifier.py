"""A classifier of several layers, with the lines about devices that most scripts begin with."""

import io

import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.utils.data import DataLoader, TensorDataset

GOAL = 0.25

use_cuda = torch.cuda.is_available()
device = torch.device("cuda:0" if use_cuda else "cpu")
loader_kwargs = {"num_workers": 1, "pin_memory": True} if use_cuda else {}
torch.backends.cudnn.deterministic = True
torch.backends.cudnn.benchmark = False


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 48)
        self.fc2 = nn.Linear(48, 32)
        self.dropout = nn.Dropout(0.1)
        self.fc3 = nn.Linear(32, 4)

    def forward(self, x):
        x = x.view(-1, 64)
        x = F.relu(self.fc1(x))
        x = self.dropout(self.fc2(x).relu())
        return F.log_softmax(self.fc3(x), dim=1)


def build():
    return Net().to(device)


def pictures(n):
    """8 by 8 pixels with a bright stripe: its direction is the class."""
    rows = torch.arange(8, dtype=torch.float32, device=device)
    y, x = torch.meshgrid(rows, rows, indexing="ij")
    images, labels = [], []
    for i in range(n):
        kind, shift = i % 4, i // 4 % 5 - 2
        off = [x - 3.5, y - 3.5, (x - y) / 2, (x + y - 7) / 2][kind] - 0.5 * shift
        images.append(torch.exp(-off.pow(2)) + 0.1 * torch.sin(i * (x + 2 * y)))
        labels.append(kind)
    return torch.stack(images), torch.LongTensor(labels)


def test(model, loader):
    model.eval()
    test_loss, correct = 0, 0
    with torch.no_grad():
        for data, target in loader:
            data, target = data.to(device), target.to(device, non_blocking=True)
            output = model(data)
            test_loss += F.nll_loss(output, target, reduction="sum").item()
            pred = output.argmax(dim=1, keepdim=True)
            correct += pred.eq(target.view_as(pred)).sum().item()
    return test_loss / len(loader.dataset), correct / len(loader.dataset)


def train(model):
    if use_cuda:
        torch.cuda.manual_seed_all(0)
    images, labels = pictures(160)
    loader = DataLoader(TensorDataset(images, labels), batch_size=32, shuffle=True, **loader_kwargs)
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    losses = []
    for _ in range(20):
        model.train()
        for data, target in loader:
            data, target = data.to(device), target.to(device)
            optimizer.zero_grad()
            loss = F.nll_loss(model(data), target)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    mean, accuracy = test(model, loader)
    assert accuracy > 0.9, accuracy
    saved = io.BytesIO()
    torch.save(model.state_dict(), saved)
    saved.seek(0)
    again = build()
    again.load_state_dict(torch.load(saved, map_location=device))
    assert abs(test(again, loader)[0] - mean) < 1e-5
    assert next(again.parameters()).device == device
    return losses


if __name__ == "__main__":
    torch.manual_seed(0)
    print("last loss:", train(build())[-1])
