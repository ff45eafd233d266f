"""What the demo shows: the class's scores by exercise, and a model trained with what is built."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from tito.catalog import Module

# ---- a model trained by the package the course builds ----


def train(steps: int = 200, rate: float = 1.0) -> tuple[list[float], float]:
    """Train a softmax classifier of the digits with `tinytorch`: losses, share right in the test.

    The loop is an ordinary PyTorch one: it gives the same numbers with `import torch`.
    """
    import tinytorch as torch
    from tinytorch_data import digits

    data = digits()
    images = torch.tensor(data.train_images.reshape(-1, 64))
    wanted = torch.tensor(np.eye(10, dtype=np.float32)[data.train_labels])
    weight = torch.zeros(64, 10, requires_grad=True)
    bias = torch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(steps):
        loss = cross_entropy(images @ weight + bias, wanted)
        loss.backward()
        with torch.no_grad():
            for parameter in (weight, bias):
                parameter -= rate * parameter.grad
                parameter.grad = None
        losses.append(loss.item())
    with torch.no_grad():
        guesses = (torch.tensor(data.test_images.reshape(-1, 64)) @ weight + bias).argmax(dim=1)
    return losses, float((guesses.numpy() == data.test_labels).mean())


def cross_entropy(logits: Any, wanted: Any) -> Any:
    """The mean of -log of the softmax at the wanted classes (`wanted` is one-hot)."""
    # The largest logit is taken out first, so that exp cannot overflow.
    shifted = logits - logits.detach().amax(dim=1, keepdim=True)
    log_probabilities = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
    return -(log_probabilities * wanted).sum(dim=1).mean()


def draw_curve(losses: list[float], accuracy: float, path: Path) -> None:
    """The loss curve as a PNG."""
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot(losses)
    axes.set(
        title=f"Softmax classifier of the digits: {accuracy:.1%} of the test digits right",
        xlabel="step",
        ylabel="training loss (cross-entropy)",
        ylim=(0, None),
    )
    axes.grid(alpha=0.3)
    figure.savefig(path, dpi=150)


# ---- scores by exercise ----


def draw_scores(
    rows: list[tuple[str, str]],
    modules: Iterable[Module],
    scores: dict[str, dict[str, dict[str, tuple[float, float]]]],
    mistakes: set[tuple[str, str, str]],
    path: Path,
) -> None:
    """A heat map as a PNG: students down, exercises across, each cell with its points.

    rows: (student, what they submitted). scores: as in `tito.demo.end_to_end`. mistakes: (student,
    module folder, exercise) of the answers that are wrong on purpose; they get a frame.
    """
    columns = [
        (module.folder, exercise)
        for module in modules
        for exercise in scores[rows[0][0]][module.folder]
    ]
    points = np.array([[scores[name][m][e][0] for m, e in columns] for name, _ in rows])
    most = np.array([scores[rows[0][0]][m][e][1] for m, e in columns])
    size = (3.6 + 0.52 * len(columns), 2.4 + 0.3 * len(rows))
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots()
    image = axes.imshow(points / np.maximum(most, 1), vmin=0, vmax=1, cmap="cividis", aspect="auto")
    axes.set_xticks(range(len(columns)), [e for _, e in columns], rotation=45, ha="right")
    axes.set_yticks(range(len(rows)), [f"{about}  {name}" for name, about in rows])
    for (row, column), value in np.ndenumerate(points):
        shade = "white" if value < most[column] / 2 else "black"
        axes.text(column, row, f"{value:g}", ha="center", va="center", color=shade, fontsize=8)
        if (rows[row][0], *columns[column]) in mistakes:
            corner = (column - 0.45, row - 0.45)
            frame = Rectangle(corner, 0.9, 0.9, fill=False, edgecolor="red", linewidth=1.5)
            axes.add_patch(frame)
    _separate_modules(axes, [folder for folder, _ in columns])
    figure.colorbar(image, label="share of the exercise's points", pad=0.02, fraction=0.04)
    figure.suptitle("Points by exercise; a red frame marks an answer that is wrong on purpose")
    figure.savefig(path, dpi=150)


def _separate_modules(axes: Axes, folders: list[str]) -> None:
    """A line between two modules, and the name of each above its columns."""
    for folder in dict.fromkeys(folders):
        first, count = folders.index(folder), folders.count(folder)
        if first:
            axes.axvline(first - 0.5, color="white", linewidth=3)
        axes.text(first + count / 2 - 0.5, -0.7, folder, ha="center", va="bottom")
