"""Time the same program in TinyTorch and in PyTorch, interleaved in one run.

Each framework has a process of its own, as its users have: what one asks of the memory allocator
or of its threads does not change the other. How fast a process is, is partly decided when it
starts, by where its memory lies: so there are several pairs of them. Machines are shared and noisy,
and noise comes in spells: so in every round each has a turn, in an order that alternates, and what
counts is the median over rounds of the ratio within a round.
"""

import gc
import importlib
import json
import multiprocessing
import os
import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks import THREADS

FOLDER = Path(__file__).resolve().parent.parent / "build" / "benchmarks"
PAIRS = 4  # of processes
CALLS = 3  # timed in a turn, after one that is not, which finds the caches as the other left them


@dataclass(frozen=True)
class Case:
    """What is timed: `make(framework, *args)` gives a function that takes nothing.

    aim: the ratio of our time to PyTorch's that we want to stay below. rounds: of each pair.
    """

    name: str
    make: Callable
    args: tuple
    aim: float
    rounds: int = 20


@dataclass(frozen=True)
class Result:
    """Median times in milliseconds; the ratio of ours to theirs: median and quartiles."""

    name: str
    threads: int
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


def work(framework: str, case: Case, connection) -> None:
    """The process of one framework: a turn for every True that comes, its milliseconds go back."""
    module = importlib.import_module(framework)
    if framework == "torch":
        module.set_num_threads(THREADS)
    run = case.make(module, *case.args)
    for _ in range(3):
        run()
    gc.freeze()  # what is there by now is not searched for garbage in every turn
    while connection.recv():
        run()
        begun = time.perf_counter()
        for _ in range(CALLS):
            run()
        connection.send((time.perf_counter() - begun) / CALLS * 1e3)


@contextmanager
def worker(framework: str, case: Case):
    """A function that gives one turn to a new process of `framework`."""
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=work, args=(framework, case, theirs), daemon=True)
    process.start()
    theirs.close()  # or a process that died would not be noticed

    def turn() -> float:
        ours.send(True)
        return ours.recv()

    yield turn
    ours.send(False)
    process.join()


def pair_times(case: Case) -> np.ndarray:
    """Milliseconds of every round of a new pair of processes: ours, PyTorch's."""
    times = np.empty((case.rounds, 2))
    with worker("tinytorch", case) as ours, worker("torch", case) as theirs:
        for i in range(case.rounds):
            for which in ((0, 1), (1, 0))[i % 2]:
                times[i, which] = (ours, theirs)[which]()
    return times


def compare(case: Case) -> Result:
    times = np.concatenate([pair_times(case) for _ in range(PAIRS)])
    low, ratio, high = np.quantile(times[:, 0] / times[:, 1], [0.25, 0.5, 0.75]).tolist()
    ours, theirs = np.median(times, axis=0).tolist()
    return Result(case.name, THREADS, ours, theirs, ratio, low, high, case.aim)


def report(name: str, cases: Iterable[Case]) -> None:
    """Compare case by case, print a table and write it to build/benchmarks as JSON."""
    title = f"{name}, {THREADS} thread{'s' * (THREADS > 1)}"
    print(f"{title:44}  ours ms   theirs   ratio (quartiles)      aim")
    results = []
    for case in cases:
        results.append(compare(case))
        print(results[-1], flush=True)
    path = FOLDER / f"{name}-{THREADS}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(result) for result in results], indent=1) + "\n")
    print(f"written to {os.path.relpath(path)}\n")
