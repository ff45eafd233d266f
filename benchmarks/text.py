"""What language models look up, against PyTorch's: embeddings, forward and backward.

The ids of a batch of 8 x 64 with 128 features, in an alphabet and in a small vocabulary, and a
larger batch of words, in which some ids are frequent, as in every text.
"""

import numpy as np

from benchmarks.compare import Case, report

DIM = 128


def drawn(rows, shape, frequent):
    rng = np.random.default_rng(0)
    return rng.zipf(1.2, shape) % rows if frequent else rng.integers(0, rows, shape)


def embedding(framework, rows, shape, frequent=False):
    """A lookup and its way back into a table of `rows`; the gradient that goes in is a batch."""
    rng = np.random.default_rng(1)
    table = rng.standard_normal((rows, DIM)).astype(np.float32)
    weight = framework.tensor(table, requires_grad=True)
    ids = framework.tensor(drawn(rows, shape, frequent))
    g = framework.tensor(rng.standard_normal((*shape, DIM)).astype(np.float32))

    def run():
        weight.grad = None
        framework.nn.functional.embedding(ids, weight).backward(g)

    return run


CASES = [
    Case("embedding, 8 x 64 of 65", embedding, (65, (8, 64)), aim=1.3),
    Case("embedding, 8 x 64 of 1,024", embedding, (1024, (8, 64)), aim=1.8),
    Case("embedding, 12 x 256 of 4,096", embedding, (4096, (12, 256), True), aim=1.8),
]


def main() -> None:
    report("text", CASES)


if __name__ == "__main__":
    main()
