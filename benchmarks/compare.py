"""Time two implementations against each other, interleaved in one run.

Machines are shared and noisy, and noise comes in spells: so every round runs both, in an order that
alternates, and what counts is the median over rounds of the ratio within a round.
"""

import gc
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import numpy as np


@dataclass(frozen=True)
class Result:
    """Times in milliseconds (the best round of each) and ratios of ours to theirs."""

    name: str
    ours_ms: float
    theirs_ms: float
    ratio: float
    low: float
    high: float
    aim: float

    def __str__(self) -> str:
        met = "met" if self.ratio <= self.aim else "missed"
        return (
            f"{self.name:44} {self.ours_ms:8.2f} {self.theirs_ms:8.2f}   "
            f"{self.ratio:5.2f} ({self.low:.2f} to {self.high:.2f})   {self.aim:.2f} {met}"
        )


HEADER = f"{'':44} {'ours ms':>8} {'theirs':>8}   ratio (95% interval)   aim"


def compare(name: str, ours: Callable, theirs: Callable, aim: float, rounds: int = 100) -> Result:
    """Run both `rounds` times after a warm-up; the interval is the median's, by resampling."""
    for _ in range(3):
        ours(), theirs()
    times = np.empty((rounds, 2))
    for i in range(rounds):
        for which in ((0, 1), (1, 0))[i % 2]:
            gc.collect()
            begun = time.perf_counter()
            (ours, theirs)[which]()
            times[i, which] = time.perf_counter() - begun
    ratios = times[:, 0] / times[:, 1]
    resampled = np.random.default_rng(0).choice(ratios, (2000, rounds))
    low, high = np.quantile(np.median(resampled, axis=1), [0.025, 0.975])
    best = times.min(axis=0) * 1e3
    return Result(name, *best.tolist(), median(ratios.tolist()), float(low), float(high), aim)


def save(results: list[Result], path: Path) -> None:
    """Write the results as JSON, for the record of a machine."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(result) for result in results], indent=1) + "\n")
