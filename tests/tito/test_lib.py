"""The room below the modules: `tito/lib/`, which every `tinytorch/lib/` is a copy of."""

import ast
import sys

import pytest

from tito import package
from tito.imports import imports
from tito.lib.patch import patch


class Tensor:
    def double(self):
        return 1


def test_patch_adds_a_method_and_replaces_one():
    @patch
    def double(self: Tensor) -> int:
        return 2

    @patch
    def triple(self: Tensor) -> int:
        return self.double() + 1

    assert (Tensor().double(), Tensor().triple(), triple(Tensor())) == (2, 3, 3)
    assert Tensor.triple.__qualname__ == "Tensor.triple"


@pytest.mark.parametrize("first", ["", "self", "self: 'Tensor'", "self: None"])
def test_patch_says_what_it_wants(first):
    scope = {}
    exec(f"def double({first}): pass", scope)
    with pytest.raises(TypeError, match=r"write `def double\(self: Tensor, \.\.\.\)`, not"):
        patch(scope["double"])


@pytest.mark.parametrize("path", sorted(package._LIB.glob("*.py")), ids=lambda path: path.name)
def test_the_room_stands_on_numpy_alone(path):
    for one in imports(ast.parse(path.read_text(encoding="utf-8"))):
        top = one.module.partition(".")[0]
        assert top in {"numpy", ""} or top in sys.stdlib_module_names, one


def test_a_package_holds_the_room(tmp_path):
    package.write((), tmp_path / "tinytorch")
    names = {path.name for path in (tmp_path / "tinytorch" / "lib").glob("*.py")}
    assert names == {path.name for path in package._LIB.glob("*.py")}
