"""`import tito; tito.check()` and its like, in notebooks that real kernels run."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from rich.table import Table
from student_work import RIGHT, edit, solve

import tito
from tito.failures import Hint
from tito.kernel.run import run_notebook
from tito.student import notebook as lines
from tito.student import selfcheck

ROOT = Path(tito.__file__).resolve().parents[1]
# The lines look for the course around the tool; here that is the toy.
TOY = """\
import sys
sys.path.insert(0, {tests!r})
import conftest, tito.course
from pathlib import Path
toy = tito.course.Course(Path({course!r}), conftest.TOY_CATALOG)
tito.course.here = lambda: toy
import tito
"""


def outputs(space, folder, *sources):
    """What the cells of a notebook show when it is run in a folder of the workspace."""
    prelude = TOY.format(tests=str(ROOT / "tests"), course=str(space.course.root))
    sources = [prelude, *sources]
    notebook = nbformat.v4.new_notebook(cells=[new_code_cell(source) for source in sources])
    done = run_notebook(notebook, space.root / folder, "tinytorch")
    assert done.cells[0].outputs == []
    return ["\n".join(shown(output) for output in cell.outputs) for cell in done.cells[1:]]


def shown(output):
    """The HTML of an output, or its text; an error's name."""
    assert output.output_type != "error", output.evalue
    data = output.get("data", {})
    return data.get("text/html", data.get("text/plain", output.get("text", "")))


def test_a_student_who_never_opens_a_terminal(space, pair, said):
    solve(space, pair, double="return 2 * x", halve="return x // 4")
    check, status, export, submit, again, start = outputs(
        space,
        "01_pair",
        "tito.check()",
        "tito.status()",
        "tito.export()",
        "tito.submit()",
        "tito.submit(student='student-01')",
        "tito.start()",
    )
    assert ">1 double</td>" in check
    assert '<span style="color: color-mix(in srgb, var(--jp-success' in check
    assert "wrong: half of 4\n  expected: 2.0" in check
    assert ">01_pair</td>" in status
    assert "`tito.check(1)` says what is wrong" in status
    assert "exported 01_pair/pair.ipynb to" in export
    assert space.exported(pair).is_file()
    assert "say tito.submit(student=&quot;ID&quot;)" in submit
    assert "01_pair__student-01__" in again
    assert "open 02_total/total.ipynb in the file browser" in start
    assert (space.root / "02_total" / "total.ipynb").is_file()


def test_a_hint_is_folded_below_the_message_it_is_on(space, pair):
    solve(space, pair, double="2 * x", halve="return x / 2")
    [check] = outputs(space, "01_pair", "tito.check()")
    summary = "<details><summary>the notebook's hint on <q>got: None</q></summary>"
    assert check.index("got:      None") < check.index(summary)
    assert ">Is a return missing?</div></details>" in check


def test_a_hint_is_text(monkeypatch):
    shown = []
    monkeypatch.setattr(lines, "_display", lambda text, block: shown.append((text, block)))
    lines.fold(Hint("got: <b>", "Use `a < b` <script>\nand `c`."))
    lines.fold(None)
    [(text, block)] = shown
    assert text == '  the notebook\'s hint on "got: <b>":\n    Use `a < b` <script>\n    and `c`.'
    assert "<q>got: &lt;b&gt;</q>" in block
    assert ">Use <code>a &lt; b</code> &lt;script&gt;\nand <code>c</code>.</div>" in block


def test_what_a_student_wrote_is_text(space, pair):
    """Of an error's message nothing becomes markup."""
    solve(space, pair, double="raise ValueError('<script>')", halve="return x / 2")
    [check] = outputs(space, "01_pair", "tito.check()")
    assert "ValueError: &lt;script&gt;\n  in line 5 of your cell double: raise" in check
    assert "<script" not in check


def test_reset_update_and_mistakes(space, pair):
    solve(space, pair, **RIGHT)
    reset, really, update, wrong, odd = outputs(
        space,
        "01_pair",
        "tito.reset()",
        "tito.reset(exercise='halve', yes=True)",
        "tito.update()",
        "tito.export(99)",
        "tito.check('<b>')",
    )
    assert "add yes=True if you mean it" in reset
    assert "halve has been reset; your old notebook was saved as" in really
    assert "Reload Notebook from Disk" in really
    assert "01_pair/pair.ipynb is up to date" in update
    assert "Reload" not in update
    assert "there is no module" in wrong
    assert "&lt;b&gt;" in odd


def test_in_no_modules_folder_the_module_is_asked_for(space, pair):
    check, status = outputs(space, ".", "tito.check()", "tito.status(1)")
    assert "say which module, as in check(1)" in check
    assert ">1 double</td>" in status


def test_the_line_within_a_check_does_nothing(space, pair):
    solve(space, pair, **RIGHT)
    text = TOY.format(tests=str(ROOT / "tests"), course=str(space.course.root))
    text += "tito.check()\ntito.export()\ntito.reset(yes=True)\nassert tito.status() is None"
    edit(space, pair, lambda cells: cells[0].update(new_code_cell(text)))
    before = space.notebook(pair).read_bytes()
    assert selfcheck.check(space, pair).passed
    assert space.notebook(pair).read_bytes() == before
    assert not space.exported(pair).exists()


def test_where_only_the_checks_are_there_the_lines_do_nothing(tmp_path):
    (tmp_path / "tito").mkdir()
    for name in ("__init__.py", "checks.py", "guide.py"):
        (tmp_path / "tito" / name).write_bytes((ROOT / "tito" / name).read_bytes())
    code = "import tito, tito.checks; tito.check(); from tito import export; export(3); tito.nix"
    command = [sys.executable, "-S", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"]
    command[-1] += f"sys.path += {[path for path in sys.path if 'site-packages' in path]!r}\n{code}"
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.stderr.strip().endswith("AttributeError: module 'tito' has no attribute 'nix'")


def test_importing_tito_is_cheap():
    code = "import sys, tito; print(sorted(n for n in sys.modules if n.startswith('tito')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['tito']"


@pytest.mark.parametrize("footer", [True, False])
def test_a_table_as_html(footer):
    table = Table(title="<t>", show_footer=footer)
    table.add_column("a", footer="sum")
    table.add_row("[red]<script>[/]")
    made = lines.html(table)
    assert "&lt;script&gt;" in made
    assert "<script" not in made
    assert ">&lt;t&gt;</caption>" in made
    assert (">sum</td></tr></tfoot>" in made) == footer
    assert "var(--jp-error-color1" in made
