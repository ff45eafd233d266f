"""The one table that drives folders, import order, façades, arguments and the README."""

from collections import Counter
from pathlib import Path

import pytest

from tito.authoring import build
from tito.catalog import CATALOG, find, find_all, written
from tito.course import Course
from tito.errors import Mistake

COURSE = Course(Path(__file__).resolve().parents[2])
WRITTEN = pytest.mark.parametrize("module", written(), ids=lambda module: module.folder)


def test_modules_are_numbered_from_1_to_20_without_gaps():
    assert [module.number for module in CATALOG] == list(range(1, 21))
    assert len({module.stem for module in CATALOG}) == 20


@pytest.mark.parametrize("module", CATALOG, ids=lambda module: module.folder)
def test_a_module_imports_only_lower_numbers(module):
    assert list(module.imports) == sorted(set(module.imports))
    assert all(1 <= number < module.number for number in module.imports)


def test_a_name_is_exported_once_under_a_path():
    names = [
        (path, name)
        for module in CATALOG
        for path, exported in module.public.items()
        for name in exported
    ]
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_no_name_hides_a_path():
    """`tinytorch.nn` cannot be a module and a function."""
    paths = {path for module in CATALOG for path in module.exports if path}
    paths |= {path.rpartition(".")[0] for path in paths}
    for module in CATALOG:
        for path, exported in module.public.items():
            assert not {f"{path}.{name}".lstrip(".") for name in exported} & paths


def test_names_and_paths_are_identifiers():
    for module in CATALOG:
        for path, exported in module.public.items():
            assert all(part.isidentifier() for part in path.split(".") if path)
            assert all(name.isidentifier() for name in exported)
            assert all(
                part.isidentifier() for name in exported.values() for part in name.split(".")
            )


@WRITTEN
def test_a_written_module_has_its_folders(module):
    assert COURSE.script(module).is_file()
    assert COURSE.answers(module).is_dir()
    assert module.points > 0
    assert 120 <= module.minutes <= 240


def test_no_folder_of_modules_is_missing_from_the_catalog():
    folders = {path.parent.name for path in COURSE.root.glob("modules/*/*.py")}
    assert folders == {module.folder for module in written()}


def test_the_table_in_the_readme_is_the_catalog():
    readme = (COURSE.root / "README.md").read_text(encoding="utf-8")
    assert build.table(COURSE, "modules") in readme


@pytest.mark.parametrize("name", ["1", "01", "tensor", "01_tensor", " Tensor "])
def test_a_module_is_found_by_number_stem_or_folder(name):
    assert find(name).stem == "tensor"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("capstone", "module 20_capstone is planned, but not written yet"),
        ("21", "there is no module '21': choose one of 01_tensor"),
        ("", "there is no module ''"),
    ],
)
def test_a_module_that_is_not_there_says_what_is(name, message):
    with pytest.raises(Mistake, match=message):
        find(name)


@pytest.mark.parametrize(
    ("names", "numbers"),
    [
        (["2..4"], [2, 3, 4]),
        (["tensor..03_layers"], [1, 2, 3]),
        (["05..05"], [5]),
        (["03", "1..2", "2..3"], [1, 2, 3]),
    ],
)
def test_ranges_name_each_module_once_in_order(names, numbers):
    assert [module.number for module in find_all(names)] == numbers


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("4..2", "'4..2' runs backwards"),
        ("1..20", "20_capstone is planned"),
        ("..3", "there is no module ''"),
        ("1..", "there is no module ''"),
        ("1...3", "there is no module '.3'"),
    ],
)
def test_a_range_that_cannot_be_is_refused(name, message):
    with pytest.raises(Mistake, match=message):
        find_all([name])
