"""Write down what PyTorch says to every case: `recorded.npz` and `recorded.json` beside this page.

Run with PyTorch installed, with the project's root on PYTHONPATH: `make record`.
"""

import inspect
import json
import re
from operator import attrgetter
from pathlib import Path

import numpy as np
import torch
import torch.nn.utils.prune  # which PyTorch does not import by itself
from conformance import plain_cases
from conformance.cases import CASES, ERRORS, inputs, run

from tito.catalog import CATALOG

HERE = Path(__file__).resolve().parent


def values() -> dict[str, np.ndarray]:
    """{case/set of shapes/dtype/place: the result at place 0, then the gradients}."""
    found = {}
    for case in CASES:
        for i, shapes in enumerate(case.shapes):
            for dtype in ("float32", "float64"):
                for place, array in enumerate(run(torch, case, inputs(case, shapes, dtype))):
                    found[f"{case.name}/{i}/{dtype}/{place}"] = array
    return found


def error_of(call) -> list[str]:
    """The names of the error's class and of its bases, nearest first."""
    try:
        call(torch)
    except Exception as error:  # noqa: BLE001 - which one it is, is what we ask
        return [cls.__name__ for cls in type(error).__mro__[:-2]]
    raise AssertionError("PyTorch raises nothing here")


def parameters_of(function) -> list[str] | None:
    """The parameters of one of PyTorch's functions, from its signature or else its docstring."""
    try:
        return list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        name, text = getattr(function, "__name__", ""), function.__doc__ or ""
        lines = re.findall(rf"^\s*(?:\.\. function:: )?{name}\((.*?)\) ->", text, re.M)
        parts = [part for line in lines for part in line.split(",")]
        names = [re.split(r"[=:]", part)[0].strip(" *") for part in parts]
        return list(dict.fromkeys(filter(str.isidentifier, names))) or None


def signatures() -> dict[str, list[str]]:
    """{path.name: parameters} of every name of our catalog that PyTorch has at the same path."""
    found = {}
    for module in CATALOG:
        for path, names in module.homes.items():
            for name in names:
                full = f"{path}.{name}".lstrip(".")
                try:
                    function = attrgetter(full)(torch)
                except AttributeError:
                    continue
                if callable(function) and parameters_of(function):
                    found[full] = parameters_of(function)
    return found


def call_of(function) -> dict | None:
    """How it is called: the parameters that may come by position, and the plain defaults."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return None
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return None
    plain = (bool, int, float, str, tuple, type(None))
    return {
        "positional": [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD],
        "defaults": {p.name: repr(p.default) for p in parameters if type(p.default) in plain},
    }


def calls() -> dict[str, dict]:
    """{path.name or path.Class.method: how it is called}, of what has a signature in PyTorch.

    Methods stand under the class that defines them.
    """
    found = {}
    for full in signatures():
        function = attrgetter(full)(torch)
        found[full] = call_of(function)
        if inspect.isclass(function):
            own = {name: m for name, m in vars(function).items() if inspect.isfunction(m)}
            found |= {f"{full}.{name}": call_of(m) for name, m in own.items() if name[0] != "_"}
    return {full: call for full, call in found.items() if call}


def main() -> None:
    np.savez_compressed(HERE / "recorded.npz", **values())
    record = {
        "torch": torch.__version__.split("+")[0],
        "plain": {name: plain_cases.plain(call(torch)) for name, call in plain_cases.CASES.items()},
        "errors": {name: error_of(call) for name, call in ERRORS.items()},
        "signatures": signatures(),
        "calls": calls(),
    }
    (HERE / "recorded.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
