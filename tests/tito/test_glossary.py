"""docs/glossary.md: our words, PyTorch's and the literature's, for every term of the catalog."""

from pathlib import Path

import pytest

from tito.catalog import written

GLOSSARY = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"
TERMS = [(f"{module.number:02d}", term) for module in written() for term in module.terms]
HEAD = ["ours", "PyTorch", "literature", "first met in", "what it is"]


def rows() -> list[list[str]]:
    """The cells of the table, head first, without the line below it."""
    lines = GLOSSARY.read_text(encoding="utf-8").splitlines()
    table = [line.strip("|").split(" | ") for line in lines if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in table]


def entries(row: list[str]) -> set[str]:
    """The words of a row for one thing: ours, PyTorch's and the literature's."""
    return {word.strip("` ").lower() for cell in row[:3] for word in cell.split(", ")}


def test_every_row_is_whole_and_stands_in_the_order_of_the_modules():
    head, *table = rows()
    assert head == HEAD
    assert [row for row in table if len(row) != len(HEAD) or not all(row)] == []
    numbers = [row[3] for row in table]
    assert numbers == sorted(numbers)
    assert set(numbers) == {f"{module.number:02d}" for module in written()}


def test_no_word_of_ours_has_two_rows():
    ours = [row[0] for row in rows()]
    assert [word for word in ours if ours.count(word) > 1] == []


@pytest.mark.parametrize(
    ("number", "term"),
    [(f"{module.number:02d}", term) for module in written() for term in module.terms],
)
def test_every_term_of_the_catalog_has_a_row_of_its_module(number, term):
    found = [row for row in rows()[1:] if term.lower() in entries(row)]
    assert [row[3] for row in found] == [number], found


def test_every_written_module_brings_in_terms_and_no_term_comes_twice():
    assert all(module.terms for module in written())
    assert len({term for _, term in TERMS}) == len(TERMS)
