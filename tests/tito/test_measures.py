"""`tito measures`: the numbers of a module, here of one that can be counted by hand."""

from typer.testing import CliRunner

from tito.authoring.measures import Measures, measure
from tito.cli import app
from tito.variants import answers, report


def test_the_numbers_are_those_of_the_module(toy):
    module = toy.catalog[0]
    before = Measures("01_pair", 2, 10, 4, 6, 0, None, 2, 8, 0, 32, 36)
    assert measure(toy, module) == before
    report.keep(answers.check_module(toy, module, limit=1.0), toy.matrix(module.folder))
    after = measure(toy, module)
    assert (after.wrong, after.seen) == (6, 4 / 6)


def test_the_command_has_a_row_a_module(monkeypatch, toy):
    monkeypatch.setattr("tito.course.here", lambda: toy)
    monkeypatch.setattr("tito.authoring.commands.chosen", lambda names: toy.catalog[:2])
    result = CliRunner().invoke(app, ["measures"])
    assert result.exit_code == 0
    assert "01_pair" in result.output
    assert "02_total" in result.output
