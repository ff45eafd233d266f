# generated from tito/lib/nodes.py by `tito build`: edit that file
"""The computational graph as PyTorch lets one walk it, from a result back to its leaves."""

from typing import Any

import numpy as np

__all__ = ["AccumulateGrad", "GraphNode", "kept", "wanted_of"]


FIXED = {int, float, bool, str, type(None), slice}  # most of what operations are told


def kept(value: Any) -> Any:
    """`value` with its own arrays and lists, so that what is done to the caller's changes nothing.

    value: what an operation was told, such as an index key or a list of dims; looked into where it
    is a dict, a tuple or a list.
    """
    kind = type(value)
    if kind in FIXED or (kind is tuple and FIXED.issuperset(map(type, value))):
        return value
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, dict):
        return {key: kept(part) for key, part in value.items()}
    if kind in (tuple, list):
        return kind([kept(part) for part in value])
    return value


def wanted_of(inputs: tuple[Any, ...]) -> tuple[bool, ...]:
    """For each input, a tensor or a number, whether it wants a gradient now."""
    return tuple([getattr(x, "requires_grad", False) for x in inputs])


class GraphNode:
    """The PyTorch side of a node: its name, and the nodes of its inputs.

    A subclass has the attributes `op`, with a name, `inputs`, tensors and numbers, and `wanted`,
    which of these wanted gradients.
    """

    __slots__ = ()
    op: Any
    inputs: tuple[Any, ...]
    wanted: tuple[bool, ...]

    def name(self) -> str:
        """ "MulBackward0" for the op "mul": PyTorch's name, where it has that op."""
        return self.op.name.title().replace("_", "") + "Backward0"

    def __repr__(self) -> str:
        return f"<{self.name()}>"

    @property
    def next_functions(self) -> tuple[tuple[Any, int], ...]:
        """For each input a pair of the node that made it and 0, so that one can walk the graph.

        The node of a leaf is an AccumulateGrad, that of an input without gradients None.
        """
        pairs = zip(self.inputs, self.wanted, strict=True)
        return tuple((x.grad_fn or AccumulateGrad(x) if want else None, 0) for x, want in pairs)


class AccumulateGrad:
    """Where a gradient arrives: stands for the leaf `variable` among a node's `next_functions`."""

    __slots__ = ("variable",)
    next_functions: tuple[()] = ()

    def __init__(self, variable: Any):
        self.variable = variable

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AccumulateGrad) and self.variable is other.variable

    def __hash__(self) -> int:
        return hash(self.variable)

    def name(self) -> str:
        """ "AccumulateGrad", as in PyTorch."""
        return "AccumulateGrad"

    def __repr__(self) -> str:
        return "<AccumulateGrad>"
