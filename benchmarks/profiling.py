"""What looking costs: microseconds that the profiler adds to an operation, and to a rule.

A thousand small operations and their backward pass, with and without a profile, in turn; the
difference of the medians, by the number of calls that were recorded. The aim is 3 microseconds.
`python -m benchmarks.profiling`.
"""

import time

import numpy as np

import tinytorch as torch
from tinytorch.profiler import profile

OPS, ROUNDS, AIM = 1000, 41, 3.0


def chain() -> None:
    """OPS small multiplications and their backward pass."""
    y = torch.ones(10, requires_grad=True)
    for _ in range(OPS):
        y = y * 1.0
    y.sum().backward()


def seconds(call) -> float:
    begun = time.thread_time()
    call()
    return time.thread_time() - begun


def watched(memory: bool) -> tuple[float, int]:
    """(seconds of a chain under a profile, how many calls were recorded)."""
    with profile(profile_memory=memory) as prof:
        took = seconds(chain)
    return took, len(prof.events())


def main() -> None:
    chain()
    rounds = [(seconds(chain), watched(False), watched(True)) for _ in range(ROUNDS)]
    plain = np.array([row[0] for row in rounds])
    calls = rounds[0][1][1]
    for column, what in ((1, "calls and times"), (2, "memory as well")):
        added = 1e6 * (np.array([row[column][0] for row in rounds]) - plain) / calls
        low, middle, high = np.percentile(added, (25, 50, 75))
        print(
            f"{what:16} {middle:5.2f} us a call (quartiles {low:.2f} to {high:.2f}, "
            f"{calls} calls; aim {AIM:g})"
        )


if __name__ == "__main__":
    main()
