"""Broken variants of the package, to be seen at work beside the package as it is."""

import textwrap
from collections.abc import Callable, Sequence
from types import ModuleType, SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator

from tinytorch.core import normalization, optimizers, training
from tito.course import here
from tito.variants.package import read_package

Curves = tuple[Sequence[float], Sequence[float]]  # the right one, the broken one


def broken(name: str) -> ModuleType:
    """A module of the package with a mistake of tests/package/ in it, such as 07_forward_twice.

    Its name is that of the module, its docstring names the mistake. The package stays as it is.
    """
    (variant,) = read_package(here(), [name], [])
    module = ModuleType(variant.group, variant.why)
    module.__package__ = "tinytorch.core"
    exec(compile(variant.source, f"{name}.py", "exec"), vars(module))
    module.__doc__ = variant.why
    return module


def package(name: str | None = None) -> SimpleNamespace:
    """The modules for training, one of them broken if `name` is given; `why` names the mistake."""
    parts = {"training": training, "optimizers": optimizers, "normalization": normalization}
    made = broken(name) if name else training
    return SimpleNamespace(**{**parts, made.__name__.rpartition(".")[2]: made}, why=made.__doc__)


def beside(curve: Callable[[str | None], Sequence[float]], *names: str) -> dict[str, Curves]:
    """{the mistake: (the right curve, the broken one)}; they must differ."""
    right, found = curve(None), {}
    for name in names:
        found[package(name).why] = right, curve(name)
        assert not np.array_equal(*found[package(name).why], equal_nan=True), name
    return found


def panels(title: str, pairs: dict[str, Curves], *settings: dict) -> None:
    """Show a panel per mistake, with the right curve and the broken one.

    settings: of the axes, one dict for all panels or one for each.
    """
    settings = settings if len(settings) > 1 else settings * len(pairs)
    columns = 2 if len(pairs) in (2, 4) else min(len(pairs), 3)
    rows = -(-len(pairs) // columns)
    size = (1 + 3.1 * columns, 0.6 + 2.5 * rows)
    fig, axes = plt.subplots(
        rows, columns, figsize=size, layout="constrained", facecolor="white", squeeze=False
    )
    for ax in axes.flat[len(pairs) :]:
        ax.remove()
    for ax, (why, curves), how in zip(axes.flat, pairs.items(), settings, strict=False):
        _panel(ax, why, curves, how)
    fig.legend(axes[0][0].lines, ["right", "broken"], loc="outside lower center", ncols=2)
    fig.suptitle(title, fontsize=11)
    plt.show()


def _panel(ax: plt.Axes, why: str, curves: Curves, how: dict) -> None:
    for values, style in zip(curves, ("C0-", "C1--"), strict=True):
        ax.plot(range(1, len(values) + 1), values, style, linewidth=1.8)
    ax.set_title(textwrap.fill(why.rstrip("."), 36), fontsize=9)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set(**{"xlabel": "step", **how})
