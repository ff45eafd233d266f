"""`draw_boxes`: a computational graph as boxes in layers, joined by lines."""

import itertools
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import numpy as np

__all__ = ["draw_boxes"]

LINE = {"arrowstyle": "-", "color": "#888888", "shrinkA": 0, "shrinkB": 0}
TEXT = {"ha": "center", "va": "center", "size": 8, "color": "black"}
EDGE = {"edgecolor": "#444444"}


def draw_boxes(
    ax: Any,
    layers: Mapping[Hashable, int],
    edges: Iterable[tuple[Hashable, Hashable]],
    boxes: Mapping[Hashable, tuple[str, str]],
    ops: Mapping[Hashable, str],
) -> tuple[float, float]:
    """Draw a graph on the matplotlib Axes `ax`, layer 0 at the top.

    layers: {node: its layer}. edges: (input, result), twice where a result uses an input twice.
    boxes: {node: (its text, the colour of its box)}. ops: {result: the name of its operation}.
    Returns: the width and height in inches that fit.
    """
    uses = Counter(edges)
    stops, segments = dict(layers), {}
    for node, result in uses:  # a long edge is cut into segments, from layer to layer
        between = [(id(node), k) for k in range(layers[node] + 1, layers[result])]
        stops.update({stop: stop[1] for stop in between})
        segments.update(dict.fromkeys(itertools.pairwise([node, *between, result])))
    places = _places(stops, segments)
    for segment in segments:
        _draw_segment(ax, segment, places, uses.get(segment, 1), segment[1] in ops)
    for node, (text, color) in boxes.items():
        _draw_box(ax, places[node], text, color, ops.get(node))
    (left, right), (low, high) = ((min(at), max(at)) for at in zip(*places.values(), strict=True))
    ax.set(xlim=(left - 0.5, right + 0.5), ylim=(low - 0.4, high + 0.6))
    ax.axis("off")
    return 2 * (right - left + 1), high - low + 1


def _places(layers: Mapping, segments: Iterable[tuple]) -> dict:
    """{node: (x, y)}, a row for each layer, each node near those it is joined to."""
    rows = {k: [n for n in layers if layers[n] == k] for k in sorted(set(layers.values()))}
    place = {n: i - (len(row) - 1) / 2 for row in rows.values() for i, n in enumerate(row)}
    for sweep in range(6):  # down and up again, to the mean of the neighbours
        for k in sorted(rows, reverse=sweep % 2 == 1):
            beside: dict = {n: [] for n in rows[k]}
            for upper, lower in segments:
                here, there = (upper, lower) if sweep % 2 else (lower, upper)
                if here in beside:
                    beside[here].append(place[there])
            means = {n: sum(at) / len(at) if at else place[n] for n, at in beside.items()}
            for i, n in enumerate(sorted(rows[k], key=lambda n: means[n])):
                place[n] = i - (len(rows[k]) - 1) / 2
    return {n: (place[n], -layers[n]) for n in layers}


def _draw_segment(ax: Any, segment: tuple, places: dict, times: int, to_op: bool) -> None:
    """A line to a result's operation or to a stop; two where `x * x` uses x twice."""
    upper, (x, y) = places[segment[0]], places[segment[1]]
    for bend in np.linspace(-0.4, 0.4, times) if times > 1 else [0.0]:
        line = {**LINE, "connectionstyle": f"arc3,rad={bend}"}
        ax.annotate("", (x, y + 0.5 * to_op), upper, arrowprops=line)


def _draw_box(ax: Any, at: tuple, text: str, color: str, op: str | None) -> None:
    """A box and, above it, the operation that made it."""
    x, y = at
    if op is not None:
        ellipse = {"boxstyle": "ellipse,pad=0.2", "facecolor": "white", **EDGE}
        ax.plot([x, x], [y, y + 0.5], color=LINE["color"], lw=1, zorder=1)
        ax.text(x, y + 0.5, op, bbox=ellipse, **TEXT)
    ax.text(x, y, text, bbox={"boxstyle": "round,pad=0.4", "facecolor": color, **EDGE}, **TEXT)
