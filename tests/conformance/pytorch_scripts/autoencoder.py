"""An autoencoder: curves of 32 values squeezed through 3 numbers, and what comes out of them."""

import numpy as np
import torch
from torch import nn

GOAL = 0.03
device = "cuda" if torch.cuda.is_available() else "cpu"


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(32, 24), nn.ReLU(True), nn.Linear(24, 12), nn.Tanh(), nn.Linear(12, 3)
        )
        self.decoder = nn.Sequential(
            nn.Linear(3, 12), nn.Tanh(), nn.Linear(12, 24), nn.ReLU(inplace=True), nn.Linear(24, 32)
        )

    def forward(self, x):
        code = self.encoder(x)
        return self.decoder(code), code


def build():
    return Autoencoder().to(device)


def curves(n):
    """Waves that differ in length and phase."""
    rng = np.random.RandomState(0)
    t = np.linspace(0, 2 * np.pi, 32)
    waves = [np.sin(rng.uniform(0.5, 1.5) * t + rng.uniform(0, 2)) for _ in range(n)]
    return torch.Tensor(np.array(waves, dtype=np.float32).tolist())


def train(model):
    data = curves(96).to(device)
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3, weight_decay=1e-5)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=60, gamma=0.5)
    losses = []
    for _ in range(100):
        for batch in data.split(48):
            batch = batch.view(batch.size(0), -1)
            output, code = model(batch)
            loss = criterion(output, batch)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        scheduler.step()
    with torch.no_grad():
        output, code = model(data)
    picture = output[0].cpu().detach().numpy()
    assert picture.shape == (32,)
    assert code.shape == (96, 3)
    worst, at = (output - data).pow(2).mean(1).topk(5)
    assert worst[0] >= worst[-1]
    assert at.dtype == torch.int64
    assert torch.isfinite(code).all()
    assert (code.norm(dim=1) > 0).all()
    return losses


if __name__ == "__main__":
    torch.manual_seed(0)
    print("last loss:", train(build())[-1])
