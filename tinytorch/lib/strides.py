# generated from tito/lib/strides.py by `tito build`: edit that file
"""For a figure: how strides lead from number to number."""

from typing import Any

import numpy as np

__all__ = ["draw_reading"]


def draw_reading(ax: Any, title: str, x: np.ndarray) -> None:
    """Draw a table of shape (m, n) above the memory it reads: an arrow per stride."""
    square = {"boxstyle": "square", "facecolor": "white", "edgecolor": "gray"}
    for (i, j), value in np.ndenumerate(x):
        ax.text(2 + j, 4 - i, value, ha="center", va="center", bbox=square)
    for place, value in enumerate(sorted(x.flat)):
        ax.text(place, 0, value, ha="center", va="center", bbox=square)
    for name, stride, colour, y in zip(
        ("row", "column"), x.strides, ("tab:red", "tab:blue"), (-1.4, -2.2), strict=True
    ):
        bow = {"arrowstyle": "->", "color": colour, "connectionstyle": "arc3,rad=-0.5"}
        ax.annotate("", (stride // x.itemsize, 0.4), (0, 0.4), arrowprops=bow)
        ax.text(2.5, y, f"next {name}: {stride} bytes on", color=colour, ha="center")
    ax.set(title=f"{title}: {x.shape}", xlim=(-0.6, 5.6), ylim=(-2.6, 4.6))
    ax.axis("off")
