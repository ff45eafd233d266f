"""How exact float32 sums over many rows are, against PyTorch's.

`python -m benchmarks.accuracy` adds up tables of 100 to 10^7 rows in every way in which the engine
adds: along dims in several layouts, squares, gradients of what was stretched over rows, norms,
losses, softmax. Each result is compared with the same in float64. Its error is the largest
difference, as a share of the same sum of absolute values; less than half a digit (2^-24) counts as
that, since no float32 can be sure of less. We want to stay below 4 times PyTorch's error.
"""

from collections.abc import Callable, Iterator

import numpy as np
import torch

import tinytorch

ROWS = 100, 1000, 10**6, 10**7
COLUMNS = 4
LIMIT = 4
HALF_A_DIGIT = 2.0**-24

Way = tuple[Callable, Callable, Callable]  # of a framework; in float64; what errors are a share of


def tables(rows: int) -> dict[str, np.ndarray]:
    """Tables (rows, COLUMNS) of equal numbers, of positive ones, and of both signs."""
    rng, shape = np.random.default_rng(0), (rows, COLUMNS)
    return {
        "0.1": np.full(shape, 0.1, np.float32),
        "uniform": rng.random(shape, np.float32),
        "normal": rng.standard_normal(shape, np.float32),
    }


def stretched(framework, x, function, *shape):
    """The gradient of w in `function(x, w)`, where w of this shape is stretched to that of x."""
    w = framework.ones(*shape, requires_grad=True)
    function(x, w).backward(x)
    return w.grad


def bias_gradient(framework, x):
    """That of `linear`."""
    bias, weight = framework.zeros(COLUMNS, requires_grad=True), framework.zeros(COLUMNS, 1)
    framework.nn.functional.linear(framework.zeros(len(x), 1), weight, bias).backward(x)
    return bias.grad


def batch_norm(framework, x):
    """A layer with the statistics of `x`, after backward with `x` as the gradient."""
    norm = framework.nn.BatchNorm1d(COLUMNS, momentum=1.0)
    norm(x).backward(x)
    return norm


def loss(framework, x, name):
    """A mean over all values of `x`, which are the errors."""
    return getattr(framework.nn.functional, name)(x, framework.zeros(*x.shape))


def cubes(x):
    return x.reshape(10, -1, COLUMNS)


def columns(x: np.ndarray) -> np.ndarray:
    return x.sum(axis=0, dtype=float)


def sizes(x: np.ndarray) -> np.ndarray:
    return columns(np.abs(x))


def squares(x: np.ndarray) -> np.ndarray:
    return np.square(x, dtype=float).sum(axis=0)


def variances(x: np.ndarray) -> np.ndarray:
    return x.var(axis=0, ddof=1, dtype=float)


def softmaxes(x: np.ndarray) -> np.ndarray:
    powers = np.exp(x.astype(float).T)
    return powers / powers.sum(axis=1, keepdims=True)


def mean(function: Callable) -> Callable:
    return lambda x: function(x) / len(x)


def of_all(function: Callable) -> Callable:
    return lambda x: function(x).sum()


def of_half(function: Callable) -> Callable:
    return lambda x: function(x[::2])


SUMS = columns, sizes
ALL = of_all(columns), of_all(sizes)
SQUARES = squares, squares
VARIANCES = variances, mean(squares)
WAYS: dict[str, Way] = {
    "sum along 0": (lambda f, x: x.sum(0), *SUMS),
    "sum of all": (lambda f, x: x.sum(), *ALL),
    "sum along 0, every second row": (lambda f, x: x[::2].sum(0), *map(of_half, SUMS)),
    "sum along 1, turned": (lambda f, x: x.T.sum(1), *SUMS),
    "sum along 1, turned and copied": (lambda f, x: x.T.contiguous().sum(1), *SUMS),
    "sum along 0 and 1 of 3": (lambda f, x: cubes(x).sum((0, 1)), *SUMS),
    "sum along 0 and 2 of 3, turned": (lambda f, x: cubes(x).transpose(1, 2).sum((0, 2)), *SUMS),
    "sum along 1 of 3, then 0": (lambda f, x: cubes(x).sum(1).sum(0), *SUMS),
    "mean along 0": (lambda f, x: x.mean(0), mean(columns), mean(sizes)),
    "mean along 1, turned": (lambda f, x: x.T.mean(1), mean(columns), mean(sizes)),
    "squares along 0": (lambda f, x: (x * x).sum(0), *SQUARES),
    "squares along 1, turned": (lambda f, x: (x.T * x.T).sum(1), *SQUARES),
    "norm along 0": (lambda f, x: x.norm(dim=0) ** 2, *SQUARES),
    "var along 0": (lambda f, x: x.var(0), *VARIANCES),
    "gradient of a row, added": (lambda f, x: stretched(f, x, f.add, COLUMNS), *SUMS),
    "gradient of a row, multiplied": (lambda f, x: stretched(f, x, f.mul, COLUMNS), *SQUARES),
    "gradient of a column, turned": (
        lambda f, x: stretched(f, x.T, f.add, COLUMNS, 1)[:, 0],
        *SUMS,
    ),
    "gradient of a number": (lambda f, x: stretched(f, x, f.add, 1)[0], *ALL),
    "gradient of a bias of linear": (bias_gradient, *SUMS),
    "batch norm: mean": (
        lambda f, x: batch_norm(f, x).running_mean,
        mean(columns),
        mean(sizes),
    ),
    "batch norm: variance": (lambda f, x: batch_norm(f, x).running_var, *VARIANCES),
    "batch norm: gradient of the bias": (lambda f, x: batch_norm(f, x).bias.grad, *SUMS),
    "mse_loss": (lambda f, x: loss(f, x, "mse_loss"), *map(mean, map(of_all, SQUARES))),
    "l1_loss": (lambda f, x: loss(f, x, "l1_loss"), *[mean(of_all(sizes))] * 2),
    "softmax along 1, turned": (lambda f, x: x.T.softmax(1), softmaxes, softmaxes),
}
OF_A_MEAN = ("mse_loss", "l1_loss")  # over the columns, too


def error(result, exact: np.ndarray, share_of: np.ndarray) -> float:
    off = np.abs(np.asarray(result.detach().numpy(), float) - exact)
    return float(max(np.max(off / share_of), HALF_A_DIGIT))


def errors(rows: int) -> Iterator[tuple[str, str, float, float]]:
    """(way, table, our error, PyTorch's error) for each way to add up each table."""
    for kind, table in tables(rows).items():
        for name, (call, exact, share) in WAYS.items():
            count = COLUMNS if name in OF_A_MEAN else 1
            right, share_of = exact(table) / count, share(table) / count
            ours, theirs = (
                error(call(framework, framework.from_numpy(table)), right, share_of)
                for framework in (tinytorch, torch)
            )
            yield name, kind, ours, theirs


def main() -> None:
    torch.set_num_threads(1)
    above = 0
    print(f"{'':32} {'of':8} {'rows':>9} {'ours':>8} {'torch':>8}  ratio")
    for rows in ROWS:
        for name, kind, ours, theirs in errors(rows):
            far = ours > LIMIT * theirs
            above += far
            line = f"{name:32} {kind:8} {rows:9} {ours:8.1e} {theirs:8.1e} {ours / theirs:6.2f}"
            print(line + f"  above {LIMIT}" * far, flush=True)
    print(f"{above} of {len(ROWS) * 3 * len(WAYS)} above {LIMIT} times PyTorch's error")
    raise SystemExit(above > 0)


if __name__ == "__main__":
    main()
