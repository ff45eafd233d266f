"""Time the same program in TinyTorch and in PyTorch, interleaved in one run.

Each framework has a process of its own, as its users have: what one asks of the memory allocator
or of its threads does not change the other. PyTorch has two: as it comes, and with its allocator
tuned as the import of TinyTorch tunes ours (`tito.lib.memory`), in a second column. The first ratio
is what a user gets; the second leaves out what the tuning alone gains, and says what the engine is
worth. How fast a process is, is partly decided when it starts, by where its memory lies: so there
are several processes of each kind. Machines are shared and noisy, and noise comes in spells: so in
every round each has a turn, in an order that rotates, and what counts is the median over rounds of
the ratio within a round. With one thread the time is that of the processor, else that of the clock.

Words after the command choose cases: `python -m benchmarks.layers softmax` measures those whose
name contains one.
"""

import gc
import importlib
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks import THREADS
from tito.lib.memory import keep_large_blocks

FOLDER = Path(__file__).resolve().parent.parent / "build" / "benchmarks"
CONTENDERS = ("tinytorch", "torch", "torch, tuned")
STARTS = 4  # processes of each contender, one after the other
CALLS = 3  # timed in a turn, after one that is not, which finds the caches as the other left them
now = time.process_time if THREADS == 1 else time.perf_counter


@dataclass(frozen=True)
class Case:
    """What is timed: `make(framework, *args)` gives a function that takes nothing.

    aim: the ratio of our time to PyTorch's that we want to stay below. tuned_aim: that to PyTorch's
    with a tuned allocator, if there is one. rounds: of each start.
    """

    name: str
    make: Callable
    args: tuple
    aim: float
    tuned_aim: float | None = None
    rounds: int = 20


@dataclass(frozen=True)
class Ratio:
    """Our time by theirs, over rounds: median and quartiles."""

    median: float
    low: float
    high: float
    aim: float | None

    def __str__(self) -> str:
        shown = f"{self.median:5.2f} ({self.low:.2f} to {self.high:.2f})"
        if self.aim is None:
            return shown
        met = "met" if self.median <= self.aim else "missed"
        return f"{shown} {self.aim:5.2f} {met:6}"


@dataclass(frozen=True)
class Result:
    """Median times in milliseconds, and the ratios of ours to theirs."""

    name: str
    threads: int
    ours_ms: float
    theirs_ms: float
    tuned_ms: float
    ratio: Ratio
    tuned_ratio: Ratio

    def __str__(self) -> str:
        times = f"{self.ours_ms:8.3f} {self.theirs_ms:8.3f} {self.tuned_ms:8.3f}"
        return f"{self.name:44} {times}   {self.ratio}   {self.tuned_ratio}".rstrip()


def work(contender: str, case: Case, connection) -> None:
    """The process of one contender: a turn for every True that comes, its milliseconds go back."""
    framework, _, tuned = contender.partition(", ")
    if tuned:
        keep_large_blocks()
    module = importlib.import_module(framework)
    if framework == "torch":
        module.set_num_threads(THREADS)
    run = case.make(module, *case.args)
    for _ in range(3):
        run()
    gc.freeze()  # what is there by now is not searched for garbage in every turn
    while connection.recv():
        run()
        begun = now()
        for _ in range(CALLS):
            run()
        connection.send((now() - begun) / CALLS * 1e3)


@contextmanager
def worker(contender: str, case: Case):
    """A function that gives one turn to a new process of `contender`."""
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=work, args=(contender, case, theirs), daemon=True)
    process.start()
    theirs.close()  # or a process that died would not be noticed

    def turn() -> float:
        ours.send(True)
        return ours.recv()

    yield turn
    ours.send(False)
    process.join()


def round_times(case: Case) -> np.ndarray:
    """Milliseconds of every round of new processes, a column for each contender."""
    times = np.empty((case.rounds, len(CONTENDERS)))
    with ExitStack() as stack:
        turns = [stack.enter_context(worker(contender, case)) for contender in CONTENDERS]
        for i in range(case.rounds):
            for j in range(len(turns)):
                which = (i + j) % len(turns)
                times[i, which] = turns[which]()
    return times


def ratio_of(ours: np.ndarray, theirs: np.ndarray, aim: float | None) -> Ratio:
    low, median, high = np.quantile(ours / theirs, [0.25, 0.5, 0.75]).tolist()
    return Ratio(median, low, high, aim)


def compare(case: Case) -> Result:
    times = np.concatenate([round_times(case) for _ in range(STARTS)])
    ours, theirs, tuned = times.T
    ratios = ratio_of(ours, theirs, case.aim), ratio_of(ours, tuned, case.tuned_aim)
    return Result(case.name, THREADS, *np.median(times, axis=0).tolist(), *ratios)


def chosen(cases: Iterable[Case]) -> list[Case]:
    """The cases whose name contains one of the words after the command, or all."""
    words = sys.argv[1:]
    return [case for case in cases if not words or any(word in case.name for word in words)]


def report(name: str, cases: Iterable[Case]) -> None:
    """Compare case by case, print a table and write it to build/benchmarks as JSON."""
    title = f"{name}, {THREADS} thread{'s' * (THREADS > 1)}"
    columns = (
        "ours ms    torch    tuned   ratio to torch        aim          ratio to tuned        aim"
    )
    print(f"{title:44}  {columns}")
    results = []
    for case in chosen(cases):
        results.append(compare(case))
        print(results[-1], flush=True)
    path = FOLDER / f"{name}-{THREADS}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(result) for result in results], indent=1) + "\n")
    print(f"written to {os.path.relpath(path)}\n")
