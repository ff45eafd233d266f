"""A model of characters: an embedding, a hidden layer, and steps written through `.data`."""

import torch
import torch.nn as nn
import torch.nn.functional as F

GOAL = 1.2
text = """
emma olivia ava isabella sophia charlotte mia amelia harper evelyn abigail emily ella elizabeth
camila luna sofia avery mila aria scarlett penelope layla chloe victoria madison eleanor grace
nora riley zoey hannah hazel lily ellie violet lillian zoe stella aurora natalie emilia everly
leah aubrey willow addison lucy audrey bella nova brooklyn paisley savannah claire
"""
words = text.split()
chars = sorted(set("".join(words)))
stoi = {s: i + 1 for i, s in enumerate(chars)}
stoi["."] = 0
itos = {i: s for s, i in stoi.items()}
block_size, n_embd, n_hidden = 3, 8, 48


class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        vocab = len(itos)
        self.C = nn.Parameter(torch.randn((vocab, n_embd)))
        self.W1 = nn.Parameter(torch.randn((block_size * n_embd, n_hidden)) * 0.2)
        self.b1 = nn.Parameter(torch.randn(n_hidden) * 0.01)
        self.W2 = nn.Parameter(torch.randn((n_hidden, vocab)) * 0.1)
        self.b2 = nn.Parameter(torch.zeros(vocab))

    def forward(self, X):
        emb = self.C[X]
        hpreact = emb.view(emb.shape[0], -1) @ self.W1 + self.b1
        bnmean = hpreact.mean(0, keepdim=True)
        h = torch.tanh(hpreact - bnmean) if self.training else torch.tanh(hpreact)
        return h @ self.W2 + self.b2


def build():
    return MLP()


def build_dataset(words):
    X, Y = [], []
    for w in words:
        context = [0] * block_size
        for ch in w + ".":
            ix = stoi[ch]
            X.append(context)
            Y.append(ix)
            context = [*context[1:], ix]
    return torch.tensor(X), torch.tensor(Y)


def sample(model, g):
    out, context = [], [0] * block_size
    while len(out) < 20:
        logits = model(torch.tensor([context]))
        probs = F.softmax(logits, dim=1)
        ix = torch.multinomial(probs, num_samples=1, generator=g).item()
        context = [*context[1:], ix]
        out.append(ix)
        if ix == 0:
            break
    return "".join(itos[i] for i in out)


def train(model):
    X, Y = build_dataset(words)
    model.eval()
    parameters = list(model.parameters())
    assert sum(p.nelement() for p in parameters) == 2568
    lossi = []
    for i in range(600):
        ix = torch.randint(0, X.shape[0], (64,))
        logits = model(X[ix])
        loss = F.cross_entropy(logits, Y[ix])
        for p in parameters:
            p.grad = None
        loss.backward()
        lr = 0.3 if i < 400 else 0.1
        for p in parameters:
            p.data += -lr * p.grad
        lossi.append(loss.log10().item())
    means = torch.tensor(lossi).view(-1, 100).mean(1)
    assert means[-1] < means[0]
    g = torch.Generator().manual_seed(2147483647 + 10)
    with torch.no_grad():
        names = [sample(model, g) for _ in range(10)]
    assert all(set(name) <= set(itos.values()) for name in names)
    return [10**x for x in lossi]


if __name__ == "__main__":
    torch.manual_seed(0)
    print("last loss:", train(build())[-1])
