# generated from tito/lib/nodes.py by `tito build`: edit that file
"""The computational graph as PyTorch lets one walk it, from a result back to its leaves."""

from typing import Any

__all__ = ["AccumulateGrad", "GraphNode"]


class GraphNode:
    """The PyTorch side of a node: its name, and the nodes of its inputs.

    A subclass has the attributes `op`, with a name, and `inputs`, tensors and numbers.
    """

    __slots__ = ()
    op: Any
    inputs: tuple[Any, ...]

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
        wanted = [getattr(x, "requires_grad", False) is True for x in self.inputs]
        pairs = zip(self.inputs, wanted, strict=True)
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
