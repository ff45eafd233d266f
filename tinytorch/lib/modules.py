# generated from tito/lib/modules.py by `tito build`: edit that file
"""What modules can do beyond their story: hooks, look-up by path, and lists of modules."""

import functools
import inspect
import itertools
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Self

from .layer_checks import check_size, check_switch, check_text, check_whole

__all__ = ["Extras", "Numbered", "placed"]


def placed(init: Callable) -> Callable:
    """The `__init__` of a layer, which then takes `device` and `dtype` as well, PyTorch's last two
    arguments by position, and turns the finished layer into those. Sizes, which are annotated
    `int`, and switches, `bool`, are checked before it runs."""
    own = inspect.signature(init)
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    places = [inspect.Parameter(name, kind, default=None) for name in ("device", "dtype")]
    checks = {int: check_size, bool: check_switch}
    parameters = sorted([*own.parameters.values(), *places], key=lambda one: one.kind)
    full = own.replace(parameters=parameters)

    @functools.wraps(init)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        given = full.bind(self, *args, **kwargs).arguments
        wanted = [given.pop(name, None) for name in ("device", "dtype")]
        for name, value in given.items():
            check = checks.get(own.parameters[name].annotation)
            if check is not None:
                check(type(self).__name__, **{name: value})
        init(**given)
        for place in wanted:
            if place is not None:
                self.to(place)

    __init__.__signature__ = full
    return __init__


_keys = itertools.count()


class Handle:
    """What registering a hook returns: `handle.remove()` takes the hook away again."""

    def __init__(self, hooks: dict[int, Callable], hook: Callable):
        self.hooks, self.key = hooks, next(_keys)
        hooks[self.key] = hook

    def remove(self) -> None:
        """Take the hook away; twice is once."""
        self.hooks.pop(self.key, None)

    def __enter__(self) -> "Handle":
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()


class Extras:
    """Methods of `Module` that no exercise needs."""

    # Of the class, and empty: the first hook gives a module a dict of its own.
    _forward_hooks: Mapping[int, Callable] = MappingProxyType({})
    _forward_pre_hooks: Mapping[int, Callable] = MappingProxyType({})

    def register_forward_hook(self, hook: Callable) -> Handle:
        """Call `hook(module, args, output)` after each forward; a result that is not None replaces
        the output.

        Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html
        """
        return self._hook("_forward_hooks", hook)

    def register_forward_pre_hook(self, hook: Callable) -> Handle:
        """Call `hook(module, args)` before each forward; a result that is not None replaces args.

        Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html
        """
        return self._hook("_forward_pre_hooks", hook)

    def _hook(self, kind: str, hook: Callable) -> Handle:
        if not callable(hook):
            raise TypeError(f"a hook is a function, not {type(hook).__name__}")
        return Handle(self.__dict__.setdefault(kind, {}), hook)

    def _call_hooked(self, args: tuple, kwargs: dict) -> Any:
        """`forward` between its hooks."""
        for hook in list(self._forward_pre_hooks.values()):
            given = hook(self, args)
            if given is not None:
                args = given if isinstance(given, tuple) else (given,)
        output = self.forward(*args, **kwargs)
        for hook in list(self._forward_hooks.values()):
            given = hook(self, args, output)
            output = output if given is None else given
        return output

    def get_submodule(self, target: str) -> Any:
        """The module below that the dotted path `target` names; "" is this one.

        Raises: AttributeError naming the first part that is no module.
        """
        check_text("get_submodule", target=target)
        return self._at(target, target.split(".") if target else [])

    def get_parameter(self, target: str) -> Any:
        """The parameter that the dotted path `target` names. Raises: AttributeError."""
        return self._member("_parameters", target)

    def get_buffer(self, target: str) -> Any:
        """The buffer that the dotted path `target` names. Raises: AttributeError."""
        return self._member("_buffers", target)

    def _at(self, target: str, path: list[str]) -> Any:
        module: Any = self
        for name in path:
            child = module._modules.get(name)
            if child is None:
                known = ", ".join(module._modules) or "none"
                raise AttributeError(
                    f"{target!r}: {type(module).__name__} has no module {name!r}: it has {known}"
                )
            module = child
        return module

    def _member(self, kind: str, target: str) -> Any:
        check_text(f"get{kind[:-1]}", target=target)
        *path, name = target.split(".")
        members = getattr(self._at(target, path), kind)
        if members.get(name) is None:
            known = ", ".join(members) or "none"
            raise AttributeError(f"{target!r}: there is no {kind[1:-1]} {name!r}, only {known}")
        return members[name]

    def cpu(self) -> Self:
        """This module, as it is: the CPU is where everything is."""
        return self

    def cuda(self, device: Any = None) -> Self:
        """Raises: what `to("cuda")` raises, as there is only the CPU."""
        return self.to("cuda")


class Numbered:
    """Modules named "0", "1", ...: what Sequential and ModuleList have in common."""

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator:
        return iter(self._modules.values())

    def _name(self, index: int) -> str:
        kind = type(self).__name__
        try:
            index = operator.index(index)
        except TypeError:
            raise TypeError(f"{kind}[{index!r}]: an index is a whole number or a slice") from None
        if not -len(self) <= index < len(self):
            raise IndexError(f"there is no module {index}: {kind} has {len(self)}")
        return list(self._modules)[index]

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return self._sliced(list(self._modules.items())[index])
        return self._modules[self._name(index)]

    def __setitem__(self, index: int, module: Any) -> None:
        setattr(self, self._name(index), module)

    def __delitem__(self, index: int | slice) -> None:
        children = list(self)
        del children[index if isinstance(index, slice) else children.index(self[index])]
        self._number(children)

    def _number(self, modules: Iterable) -> None:
        self.__dict__["_modules"] = {str(i): module for i, module in enumerate(modules)}

    def append(self, module: Any) -> Self:
        """Put `module` after the last one; returns self."""
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules: Iterable) -> Self:
        """Put `modules` after the last one; returns self."""
        for module in list(self._several(modules)):
            self.append(module)
        return self

    def insert(self, index: int, module: Any) -> Self:
        """Put `module` before the one at `index`; returns self."""
        check_whole(f"{type(self).__name__}.insert", index=index)
        self.append(module)  # which checks it
        children = list(self)
        children.insert(index, children.pop())
        self._number(children)
        return self

    def pop(self, key: int) -> Any:
        """The module at the index `key`, which is taken out."""
        module = self[key]
        del self[key]
        return module

    def _several(self, modules: Any) -> Iterable:
        """Raises: TypeError for what is no list of modules."""
        if not isinstance(modules, Iterable):
            kind = type(self).__name__
            raise TypeError(f"{kind} takes modules in a list, not {type(modules).__name__}")
        return modules

    def __add__(self, other: Iterable) -> Any:
        """A new one with the modules of both."""
        return self._sliced(list(self._modules.items())[:0]).extend([*self, *self._several(other)])

    def __iadd__(self, other: Iterable) -> Self:
        return self.extend(other)

    def __mul__(self, times: int) -> Any:
        """A new one with the same modules, `times` after one another."""
        if isinstance(times, bool) or not isinstance(times, int) or times < 1:
            raise TypeError(f"{type(self).__name__} * {times!r}: multiply by a whole number from 1")
        return self._sliced(list(self._modules.items())[:0]).extend([*self] * times)

    __rmul__ = __mul__
