"""nanoGPT's smallest training run on the Shakespeare of the box, by either framework.

Four blocks, four heads, 128 wide, contexts of 64 characters, batches of 12, 2,000 steps of AdamW,
as nanoGPT's README has it for a CPU: https://github.com/karpathy/nanoGPT. Weights, batches and
schedule are made by NumPy, so both do the same. The GPT is ours, or that of
`pytorch_scripts/nano_gpt.py` on PyTorch. Run with PyTorch installed, this page writes down its
validation losses and logits in `recorded_gpt.json`, in about four minutes of one core.
"""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from conformance import scripts

import tinytorch_data

RECORD = Path(__file__).with_name("recorded_gpt.json")
STEPS, BATCH, EVERY, WARMUP, RATE, MAX_NORM = 2000, 12, 250, 100, 1e-3, 1.0
SIZES = {"block_size": 64, "n_layer": 4, "n_head": 4, "n_embd": 128, "bias": False}
SMALL = {"block_size": 16, "n_layer": 2, "n_head": 2, "n_embd": 8}


def characters() -> tuple[str, np.ndarray, np.ndarray]:
    """(alphabet, ids to train on, ids of *Twelfth Night*)."""
    train, test = tinytorch_data.shakespeare()
    alphabet = "".join(sorted(set(train + test)))
    place = {letter: i for i, letter in enumerate(alphabet)}
    return alphabet, *(np.array([place[letter] for letter in text]) for text in (train, test))


def windows(ids: np.ndarray, starts: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and, one later, targets: (len(starts), size) each."""
    rows = ids[starts[:, None] + np.arange(size + 1)]
    return rows[:, :-1], rows[:, 1:]


def batches(ids: np.ndarray, count: int, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """`count` batches at random places."""
    rng, size = np.random.default_rng(seed), SIZES["block_size"]
    for _ in range(count):
        yield windows(ids, rng.integers(0, len(ids) - size, BATCH), size)


def weights(sizes: dict, vocabulary: int, seed: int = 0) -> dict[str, np.ndarray]:
    """GPT-2's start, by the names of our GPT with tied weights."""
    rng, width, depth = np.random.default_rng(seed), sizes["n_embd"], sizes["n_layer"]

    def normal(*shape, std=0.02):
        return (rng.standard_normal(shape) * std).astype("float32")

    found = {
        "wte.weight": normal(vocabulary, width),
        "wpe.weight": normal(sizes["block_size"], width),
    }
    into = 0.02 / math.sqrt(2 * depth)
    for i in range(depth):
        found |= {
            f"h.{i}.ln_1.weight": np.ones(width, "float32"),
            f"h.{i}.attn.c_attn.weight": normal(3 * width, width),
            f"h.{i}.attn.c_proj.weight": normal(width, width, std=into),
            f"h.{i}.ln_2.weight": np.ones(width, "float32"),
            f"h.{i}.mlp.c_fc.weight": normal(4 * width, width),
            f"h.{i}.mlp.c_proj.weight": normal(width, 4 * width, std=into),
        }
    found |= {"ln_f.weight": np.ones(width, "float32")}
    return found | {"lm_head.weight": found["wte.weight"]}


def build(torch: ModuleType, ours: bool, sizes: dict, vocabulary: int) -> Any:
    """Our GPT, or that of the nanoGPT-like script, of these sizes and with tied weights."""
    if ours:
        models = torch.models
        return models.GPT(models.GPTConfig(vocab_size=vocabulary, tie_weights=True, **sizes))
    script = scripts.loaded("nano_gpt", ours=False)
    return script["GPT"](script["GPTConfig"](vocab_size=vocabulary, **sizes))


def load(torch: ModuleType, ours: bool, model: Any, arrays: dict[str, np.ndarray]) -> None:
    """Give `model` weights under our names; the script has "transformer." before most of them."""
    prefix = "" if ours else "transformer."
    named = {name if "lm_head" in name else prefix + name: a for name, a in arrays.items()}
    model.load_state_dict({name: torch.tensor(array) for name, array in named.items()})


def loss_of(torch: ModuleType, ours: bool, model: Any, x: np.ndarray, y: np.ndarray) -> Any:
    inputs, targets = torch.tensor(x), torch.tensor(y)
    if ours:
        return torch.models.next_token_loss(model(inputs), targets)
    return model(inputs, targets)[1]


def rate(step: int) -> float:
    """Up in a line, then down along a cosine to a tenth."""
    if step < WARMUP:
        return RATE * (step + 1) / (WARMUP + 1)
    falling = 0.5 * (1 + math.cos(math.pi * (step - WARMUP) / (STEPS - WARMUP)))
    return RATE * (0.1 + 0.9 * falling)


def optimizer_of(torch: ModuleType, model: Any) -> Any:
    parameters = list(model.parameters())
    groups = [
        {"params": [p for p in parameters if p.dim() > 1], "weight_decay": 0.1},
        {"params": [p for p in parameters if p.dim() < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.99))


def validation_loss(torch: ModuleType, ours: bool, model: Any, ids: np.ndarray) -> float:
    """The mean of 40 batches, always the same ones."""
    with torch.no_grad():
        losses = [loss_of(torch, ours, model, x, y).item() for x, y in batches(ids, 40, seed=1)]
    return float(np.mean(losses))


def steps(torch: ModuleType, ours: bool, count: int = STEPS) -> Iterator[tuple[int, float, Any]]:
    """(step, loss, model) after each of `count` training steps, gradients still in place."""
    alphabet, train, _ = characters()
    model = build(torch, ours, SIZES, len(alphabet))
    load(torch, ours, model, weights(SIZES, len(alphabet)))
    optimizer = optimizer_of(torch, model)
    for step, (x, y) in enumerate(batches(train, count, seed=0)):
        for group in optimizer.param_groups:
            group["lr"] = rate(step)
        optimizer.zero_grad()
        loss = loss_of(torch, ours, model, x, y)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), MAX_NORM)
        optimizer.step()
        yield step + 1, loss.item(), model


def run(torch: ModuleType, ours: bool, count: int = STEPS, every: int = EVERY) -> dict:
    """The losses of the first 20 steps, and {step: validation loss}, from step 0 on."""
    test = characters()[2]
    first, found = [], {}
    for step, loss, model in steps(torch, ours, count):
        first.append(loss)
        if step % every == 0:
            found[str(step)] = validation_loss(torch, ours, model, test)
    return {"first": first[:20], "validation": found}


def logits(torch: ModuleType, ours: bool) -> np.ndarray:
    """What a small GPT without training says to two rows of ids, (2, 16, 11)."""
    sizes = {**SMALL, "bias": False}
    model = build(torch, ours, sizes, 11)
    large = {name: a * (10 if a.ndim > 1 else 1) for name, a in weights(sizes, 11).items()}
    load(torch, ours, model, large)
    ids = torch.tensor(np.arange(32).reshape(2, 16) * 7 % 11)
    with torch.no_grad():
        found = model(ids) if ours else model(ids, ids)[0]
    return np.asarray(found)


def said_by(torch: ModuleType) -> dict:
    torch.set_num_threads(1)
    return {
        "torch": torch.__version__.split("+")[0],
        **run(torch, ours=False),
        "logits": logits(torch, ours=False).tolist(),
    }


if __name__ == "__main__":
    import torch

    RECORD.write_text(json.dumps(said_by(torch), indent=1) + "\n", encoding="utf-8")
