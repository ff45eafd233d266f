"""Whole training runs against PyTorch's: the same weights, the same batches, the same losses.

A perceptron learns handwritten digits by cross-entropy, with each optimizer on a schedule: as it
is, with clipped gradients, and with batch norm. And the ordinary scripts of `scripts.py` run from
the same text. Run with PyTorch installed to write `recorded_training.json`: `make record`.
"""

import json
from pathlib import Path

import numpy as np
from conformance import scripts
from conformance.optim_cases import schedules

import tinytorch_data

RECORD = Path(__file__).with_name("recorded_training.json")
STEPS, BATCH, MAX_NORM = 200, 32, 0.5
SCRIPT_STEPS = 20  # in float32: later ones drift apart

OPTIMIZERS = {
    "SGD": ({"lr": 0.1, "momentum": 0.9, "weight_decay": 1e-3}, "StepLR", {"step_size": 60}),
    "Adam": ({"lr": 0.01}, "CosineAnnealingLR", {"T_max": STEPS}),
    "AdamW": ({"lr": 0.01, "weight_decay": 0.1}, "OneCycleLR",
              {"max_lr": 0.02, "total_steps": STEPS}),
}  # fmt: skip
KINDS = ("as it is", "clipped", "batch norm", "clipped, batch norm")
CASES = [f"{optimizer}, {kind}" for optimizer in OPTIMIZERS for kind in KINDS]


def build(torch, norm: bool):
    """A perceptron with a dropout that is off; batch norm if `norm`."""
    nn = torch.nn
    middle = [nn.BatchNorm1d(32)] if norm else []
    return nn.Sequential(
        nn.Flatten(), nn.Linear(64, 32), *middle, nn.ReLU(), nn.Dropout(0.0), nn.Linear(32, 10)
    )


def batches(torch, dtype):
    """STEPS batches of handwritten digits, in an order that is always the same."""
    images, labels = tinytorch_data.digits()[:2]
    rng = np.random.default_rng(0)
    for _ in range(STEPS):
        rows = rng.integers(0, len(labels), BATCH)
        yield torch.tensor(images[rows].astype(dtype)), torch.tensor(labels[rows].astype(np.int64))


def run(torch, case: str, dtype="float64", steps=STEPS) -> dict[str, list[float]]:
    """The loss and the gradient norm of every step; at the end the last layer and all buffers."""
    name, kind = case.split(", ", 1)
    settings, schedule, options = OPTIMIZERS[name]
    model = build(torch, "batch norm" in kind).to(getattr(torch, dtype))
    weights = scripts.given_weights(model, dtype)
    given = {key: torch.tensor(array) for key, array in weights.items()}
    model.load_state_dict({**model.state_dict(), **given})
    optimizer = getattr(torch.optim, name)(model.parameters(), **settings)
    scheduler = getattr(schedules(torch), schedule)(optimizer, **options)
    limit = MAX_NORM if "clipped" in kind else float("inf")
    losses, norms = [], []
    for _, (x, y) in zip(range(steps), batches(torch, dtype), strict=False):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(x), y)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), limit)
        optimizer.step()
        scheduler.step()
        losses.append(loss.item())
        norms.append(norm.item())
    last = [*list(model.parameters())[-2:], *model.buffers()]
    flat = np.concatenate([np.asarray(x.detach(), np.float64).reshape(-1) for x in last])
    return {"losses": losses, "norms": norms, "last": flat.tolist()}


def said_by(torch) -> dict:
    ours = torch.__name__ == "tinytorch"
    return {
        "cases": {case: run(torch, case) for case in CASES},
        "scripts": {
            name: scripts.without_chance(name, ours)[:SCRIPT_STEPS] for name in scripts.SCRIPTS
        },
    }


if __name__ == "__main__":
    import torch

    torch.set_num_threads(1)
    RECORD.write_text(json.dumps(said_by(torch)) + "\n", encoding="utf-8")
