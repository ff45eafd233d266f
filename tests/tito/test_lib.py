"""The rooms below and above the modules: `tito/lib/` and `tito/extra/`, copied to every package."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tito import package
from tito.catalog import Module
from tito.imports import imports
from tito.lib.patch import patch

lazy = Path(package.__file__).with_name("lazy.py")


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


@pytest.mark.parametrize("path", sorted(package._ROOMS[0].glob("*.py")), ids=lambda path: path.name)
def test_the_room_stands_on_numpy_alone(path):
    for one in imports(ast.parse(path.read_text(encoding="utf-8"))):
        top = one.module.partition(".")[0]
        assert top in {"numpy", ""} or top in sys.stdlib_module_names, one


@pytest.mark.parametrize("room", package._ROOMS, ids=lambda room: room.name)
def test_a_package_holds_the_rooms(tmp_path, room):
    package.write((), tmp_path / "tinytorch")
    names = {path.name for path in (tmp_path / "tinytorch" / room.name).glob("*.py")}
    assert names == {path.name for path in room.glob("*.py")}


def test_extra_names_are_found_once_their_module_is_there(tmp_path, monkeypatch):
    row = Module(1, "base", "Base", {"": ("Base",)}, extra={"nn": ("More", "less=More")})
    room = tmp_path / "tito" / "extra"
    room.mkdir(parents=True)
    (room / "base.py").write_text(
        "from tinytorch.core.base import Base\n\nclass More(Base): pass\n"
    )
    monkeypatch.setattr(package, "_ROOMS", [room])
    monkeypatch.setattr(package, "_LAZY", tmp_path / "tito" / "lazy.py")
    (tmp_path / "tito" / "lazy.py").write_text(lazy.read_text(encoding="utf-8"))
    package.write((row,), tmp_path / "tinytorch")
    ask = [sys.executable, "-c", "from tinytorch.nn import less; print(less.__mro__[1])"]
    first = subprocess.run(ask, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "nn.less is built in module 01, base: finish it" in first.stderr
    (tmp_path / "tinytorch" / "core" / "base.py").write_text("class Base: pass\n")
    second = subprocess.run(ask, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert second.stdout == "<class 'tinytorch.core.base.Base'>\n"
