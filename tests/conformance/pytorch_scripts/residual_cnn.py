"""A small residual network tells apart crosses, rings and bars in colour images with noise."""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.utils.data import DataLoader, TensorDataset

GOAL = 0.1


def conv3x3(in_planes, out_planes, stride=1):
    return nn.Conv2d(in_planes, out_planes, kernel_size=3, stride=stride, padding=1, bias=False)


class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, in_planes, planes, stride=1):
        super().__init__()
        self.conv1 = conv3x3(in_planes, planes, stride)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = conv3x3(planes, planes)
        self.bn2 = nn.BatchNorm2d(planes)
        self.shortcut = nn.Sequential()
        if stride != 1 or in_planes != planes:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_planes, planes, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(planes),
            )

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += self.shortcut(x)
        return F.relu(out, inplace=True)


class SmallResNet(nn.Module):
    def __init__(self, num_classes=3):
        super().__init__()
        self.stem = nn.Sequential(conv3x3(3, 8), nn.BatchNorm2d(8), nn.ReLU(inplace=True))
        self.layer1 = self._make_layer(8, 8, 1, 1)
        self.layer2 = self._make_layer(8, 16, 2, 2)
        self.pool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(16, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.constant_(m.weight, 1)
                nn.init.constant_(m.bias, 0)

    def _make_layer(self, in_planes, planes, blocks, stride):
        layers = [BasicBlock(in_planes, planes, stride)]
        layers += [BasicBlock(planes, planes) for _ in range(1, blocks)]
        return nn.Sequential(*layers)

    def forward(self, x):
        x = self.layer1(self.stem(x))
        x = self.pool(self.layer2(x))
        x = torch.flatten(self.avgpool(x), 1)
        return self.fc(x)


def build():
    return SmallResNet()


def pictures(n):
    """(n, 3, 12, 12) images, one of three shapes in each, and which one."""
    rng = np.random.RandomState(0)
    images = rng.normal(0, 0.3, size=(n, 3, 12, 12)).astype(np.float32)
    labels = rng.randint(0, 3, size=n)
    for image, label in zip(images, labels):  # noqa: B905 - as scripts of any age write it
        top, left = rng.randint(0, 6, size=2)
        part = image[rng.randint(0, 3), top : top + 6, left : left + 6]
        if label == 0:
            part[range(6), range(6)] += 2
            part[range(6), range(5, -1, -1)] += 2
        elif label == 1:
            part[[0, -1], :] += 2
            part[:, [0, -1]] += 2
        else:
            part[2:4] += 2
    return torch.from_numpy(images), torch.from_numpy(labels).long()


def train(model):
    loader = DataLoader(TensorDataset(*pictures(96)), batch_size=24, shuffle=True)
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(
        model.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4, nesterov=True
    )
    scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=15)
    losses = []
    for _ in range(15):
        model.train()
        for inputs, targets in loader:
            optimizer.zero_grad()
            outputs = model(inputs)
            loss = criterion(outputs, targets)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        scheduler.step()
    model.eval()
    correct = total = 0
    with torch.no_grad():
        for inputs, targets in loader:
            _, predicted = model(inputs).max(1)
            total += targets.size(0)
            correct += predicted.eq(targets).sum().item()
    assert total == 96
    assert correct / total > 0.6
    state = model.state_dict()
    assert state["layer2.0.shortcut.0.weight"].shape == torch.Size([16, 8, 1, 1])
    assert state["stem.1.num_batches_tracked"].item() == 60
    return losses


if __name__ == "__main__":
    torch.manual_seed(0)
    print("last loss:", train(build())[-1])
