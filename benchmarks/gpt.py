"""A GPT's training step with the pieces of modules 11 to 13 against PyTorch's, and its memory.

Forward, cross-entropy, backward and AdamW, on NumPy alone against PyTorch's eager mode, which gets
its own best idioms: one packed projection, `scaled_dot_product_attention`, `is_causal`. Both tie
the output layer to the embedding.
"""

import multiprocessing
import resource
from pathlib import Path

import numpy as np

from benchmarks import THREADS
from benchmarks.compare import Case, report

# vocabulary, context, blocks, heads, width; rows of a batch
SMALL = (65, 64, 4, 4, 128), 8
MIDDLE = (512, 128, 4, 4, 256), 8
MEMORY_AIM = 1.1


def gpt_of(framework, sizes):
    """Our GPT, or one of the same shape made of PyTorch's parts."""
    if framework.__name__ == "tinytorch":
        models = framework.models
        return models.GPT(models.GPTConfig(*sizes, tie_weights=True))
    return in_pytorch(framework, *sizes)


def in_pytorch(torch, vocabulary, context, blocks, heads, width):
    nn, F = torch.nn, torch.nn.functional

    class Attention(nn.Module):
        def __init__(self):
            super().__init__()
            self.c_attn, self.c_proj = nn.Linear(width, 3 * width), nn.Linear(width, width)

        def forward(self, x):
            n, t, _ = x.shape
            q, k, v = (
                part.view(n, t, heads, width // heads).transpose(1, 2)
                for part in self.c_attn(x).split(width, 2)
            )
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            return self.c_proj(y.transpose(1, 2).reshape(n, t, width))

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.ln_1, self.attn, self.ln_2 = nn.LayerNorm(width), Attention(), nn.LayerNorm(width)
            self.mlp = nn.Sequential(
                nn.Linear(width, 4 * width), nn.GELU("tanh"), nn.Linear(4 * width, width)
            )

        def forward(self, x):
            x = x + self.attn(self.ln_1(x))
            return x + self.mlp(self.ln_2(x))

    class GPT(nn.Module):
        def __init__(self):
            super().__init__()
            self.wte, self.wpe = nn.Embedding(vocabulary, width), nn.Embedding(context, width)
            self.h, self.ln_f = (
                nn.Sequential(*(Block() for _ in range(blocks))),
                nn.LayerNorm(width),
            )
            self.lm_head = nn.Linear(width, vocabulary, bias=False)
            self.lm_head.weight = self.wte.weight

        def forward(self, ids):
            x = self.wte(ids) + self.wpe.weight[: ids.shape[1]]
            return self.lm_head(self.ln_f(self.h(x)))

    return GPT()


def step(framework, sizes, rows):
    """A function that takes one training step."""
    model, rng = gpt_of(framework, sizes), np.random.default_rng(0)
    x, y = (framework.tensor(rng.integers(0, sizes[0], (rows, sizes[1]))) for _ in range(2))
    optimizer = framework.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.99))
    loss_of = framework.nn.functional.cross_entropy

    def run():
        optimizer.zero_grad()
        loss_of(model(x).flatten(0, 1), y.flatten()).backward()
        optimizer.step()

    return run


CASES = [
    Case("GPT 4 x 128, 8 rows of 64, one step of AdamW", step, SMALL, 0.90),
    Case("GPT 4 x 256, 8 rows of 128, one step of AdamW", step, MIDDLE, 0.96, 10),
]


def resident() -> float:
    """Megabytes of memory that this process has now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def measure(name: str, connection) -> None:
    """The megabytes that weights, gradients, averages and a step of MIDDLE take at their peak."""
    framework = __import__(name)
    if name == "torch":
        framework.set_num_threads(THREADS)
    small = step(framework, (65, 8, 1, 1, 8), 2)
    for _ in range(3):
        small()  # what is loaded at first use is not counted
    before = resident()
    run = step(framework, *MIDDLE)
    for _ in range(4):
        run()
    connection.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6 - before)


def megabytes(name: str) -> float:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=measure, args=(name, theirs))
    process.start()
    found = ours.recv()
    process.join()
    return found


def memory(rounds: int = 3) -> None:
    """Print the peak memory of a step, ours and PyTorch's: medians, and the ratio's range."""
    pairs = np.array([[megabytes(name) for name in ("tinytorch", "torch")] for _ in range(rounds)])
    ours, theirs = np.median(pairs, axis=0)
    low, ratio, high = np.quantile(pairs[:, 0] / pairs[:, 1], [0, 0.5, 1])
    met = "met" if ratio <= MEMORY_AIM else "missed"
    print(
        f"memory of the second step at its peak, MB: {ours:.0f} against {theirs:.0f}, "
        f"ratio {ratio:.2f} ({low:.2f} to {high:.2f}), aim {MEMORY_AIM} {met}\n"
    )


def main() -> None:
    report("gpt", CASES)
    memory()


if __name__ == "__main__":
    main()
