"""Comments in the package are for its readers: reasons and shapes, no hints to students."""

import importlib
import inspect
import re
import tokenize
from pathlib import Path

import pytest

from tito.catalog import written

HINT = re.compile(
    r"# (About )?(one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty)\b"
    r".*\b(lines?|functions?|entries)\b",
    re.IGNORECASE,
)
SHAPE = re.compile(r"# .*\([\w.]+(, [\w .*+]+)*,?\)")
# Where arrays of several shapes meet.
SHAPED = {
    "tensor": ("matmul_forward", "gather_forward"),
    "autograd": ("as_matrices", "matmul_rules"),
    "layers": ("linear_forward", "linear_rules"),
    "losses": ("class_rows", "class_rules", "cross_entropy_forward", "smoothed_losses"),
    "dataloader": ("read_cifar10", "random_shift"),
    "normalization": ("normalize", "affine_rules", "norm_forward", "fixed_forward", "rms_parts"),
}


def comments(module) -> list[str]:
    path = Path(module.__file__)
    with tokenize.open(path) as file:
        tokens = tokenize.generate_tokens(file.readline)
        return [token.string for token in tokens if token.type == tokenize.COMMENT]


@pytest.mark.parametrize("stem", [module.stem for module in written()])
def test_hints_to_students_do_not_reach_the_package(stem):
    found = comments(importlib.import_module(f"tinytorch.core.{stem}"))
    assert [comment for comment in found if HINT.match(comment)] == []
    assert len([comment for comment in found if not comment.startswith("# %%")]) > 3, "none at all"


@pytest.mark.parametrize(
    ("stem", "name"), [(stem, name) for stem, names in SHAPED.items() for name in names]
)
def test_shapes_stand_beside_array_code(stem, name):
    function = getattr(importlib.import_module(f"tinytorch.core.{stem}"), name)
    assert SHAPE.search(inspect.getsource(function))
