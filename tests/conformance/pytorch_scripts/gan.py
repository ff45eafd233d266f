"""A GAN that learns a bell: two networks, two optimizers, and gradients switched off in between."""

import torch
import torch.nn as nn
from torch.autograd import Variable

GOAL = 0.3
LATENT, BATCH = 4, 64
cuda = torch.cuda.is_available()
Tensor = torch.cuda.FloatTensor if cuda else torch.FloatTensor


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = nn.Sequential(
            nn.Linear(LATENT, 16), nn.LeakyReLU(0.2, inplace=True), nn.Linear(16, 1)
        )

    def forward(self, z):
        return self.model(z)


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = nn.Sequential(
            nn.Linear(2, 16), nn.LeakyReLU(0.2, inplace=True), nn.Linear(16, 1), nn.Sigmoid()
        )

    def forward(self, x):
        return self.model(torch.cat([x, x**2], 1))


def weights_init(m):
    if m.__class__.__name__.find("Linear") != -1:
        m.weight.data.normal_(0.0, 0.2)
        m.bias.data.fill_(0)


def build():
    nets = nn.ModuleDict({"generator": Generator(), "discriminator": Discriminator()})
    nets.apply(weights_init)
    if cuda:
        nets.cuda()
    return nets


def real_samples(n):
    return torch.randn(n, 1).mul_(0.5).add_(2)


def gradient_sum(net):
    return sum(p.grad.abs().sum().item() for p in net.parameters() if p.grad is not None)


def train(nets):
    generator, discriminator = nets["generator"], nets["discriminator"]
    adversarial_loss = nn.BCELoss()
    optimizer_G = torch.optim.Adam(generator.parameters(), lr=0.005, betas=(0.5, 0.999))
    optimizer_D = torch.optim.Adam(discriminator.parameters(), lr=0.005, betas=(0.5, 0.999))
    valid = Variable(Tensor(BATCH, 1).fill_(1.0), requires_grad=False)
    fake = Variable(Tensor(BATCH, 1).fill_(0.0), requires_grad=False)
    distances = []
    for _ in range(300):
        # the generator, through a discriminator that does not learn
        for p in discriminator.parameters():
            p.requires_grad = False
        optimizer_G.zero_grad()
        z = Variable(torch.randn(BATCH, LATENT).type(Tensor))
        gen = generator(z)
        g_loss = adversarial_loss(discriminator(gen), valid)
        before = gradient_sum(discriminator)
        g_loss.backward()
        optimizer_G.step()
        assert gradient_sum(discriminator) == before

        # the discriminator, on samples that are cut off from the generator
        for p in discriminator.parameters():
            p.requires_grad = True
        optimizer_D.zero_grad()
        real_loss = adversarial_loss(discriminator(real_samples(BATCH)), valid)
        fake_loss = adversarial_loss(discriminator(gen.detach()), fake)
        d_loss = (real_loss + fake_loss) / 2
        d_loss.backward()
        optimizer_D.step()
        assert 0 < d_loss.data.item() < 5
        distances.append((gen.data.mean() - 2).abs().item())
    return distances


if __name__ == "__main__":
    torch.manual_seed(0)
    print("distance of the means:", train(build())[-1])
