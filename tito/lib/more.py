"""`More`: all methods that scripts use and no module teaches. `Tensor` inherits from it."""

from .along import Along
from .chances import Chances
from .elementwise import Elementwise
from .facts import Facts
from .fills import Fills
from .hooks import Hooks
from .layout import Layout
from .picking import Picking
from .products import Products

__all__ = ["More"]


class More(Elementwise, Along, Picking, Products, Layout, Fills, Chances, Facts, Hooks):
    """Methods of Tensor beyond those of module 01."""

    __slots__ = ()
