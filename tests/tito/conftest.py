"""A student of the toy course."""

import shutil

import pytest

from tito.authoring import build
from tito.student import workspace


@pytest.fixture
def course(toy, tmp_path_factory):
    """The toy course, built; the build is done once and copied."""
    made = tmp_path_factory.getbasetemp() / "built"
    if not made.exists():
        build.build(toy, into=made)
    shutil.copytree(made, toy.root, dirs_exist_ok=True)
    return toy


@pytest.fixture
def pair(course):
    return course.catalog[0]


@pytest.fixture
def total(course):
    return course.catalog[1]


@pytest.fixture
def said():
    return []


@pytest.fixture
def space(course, pair, said, tmp_path):
    """A workspace in which module 01 was started."""
    return workspace.start(course, pair, tmp_path / "work", said.append)
