"""`tito kit`: what students get holds no answer, is the same at every build, and works anywhere."""

import ast
import base64
import io
import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_notebook

from tito import cli, package, unlocking
from tito.authoring import kit, leaks
from tito.catalog import find
from tito.course import Course, here
from tito.errors import Mistake
from tito.imports import imports
from tito.notebooks import release_cells
from tito.script import exercises
from tito.student import workspace

ROOT = Path(__file__).resolve().parents[2]
COURSE = here()
TENSOR, OPTIMIZERS = find("01"), find("06")
SOLVED = kit.Given((TENSOR,))


@pytest.fixture(scope="module")
def contents():
    return kit.contents(COURSE)


@pytest.fixture(scope="module")
def unpacked(contents):
    """The archive, read back: {path below the top folder: bytes}."""
    with zipfile.ZipFile(io.BytesIO(kit.archive(contents))) as file:
        return {name.partition("/")[2]: file.read(name) for name in file.namelist()}


# Nothing secret, looked for in another way than the tool does


def secrets() -> dict[str, set[str]]:
    """{"solution" or "hidden": the long lines of the scripts' regions that no release holds}."""
    held = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("release/*/*.ipynb"))
    found: dict[str, set[str]] = {"SOLUTION": set(), "HIDDEN TESTS": set()}
    for script in ROOT.glob("modules/*/*.py"):
        text = script.read_text(encoding="utf-8")
        for kind, lines in found.items():
            for region in re.findall(rf"### BEGIN {kind}\n(.*?)### END {kind}", text, re.S):
                lines |= {line.strip() for line in region.splitlines() if len(line.strip()) > 30}
    return {
        kind: {line for line in lines if json.dumps(line, ensure_ascii=False)[1:-1] not in held}
        for kind, lines in found.items()
    }


def everything(contents: dict[str, bytes]) -> Iterator[str]:
    """Every file as text, and every string in every notebook."""
    for name, data in contents.items():
        text = data.decode("utf-8", errors="replace")
        yield text
        if name.endswith(".ipynb"):
            yield from ("".join(cell["source"]) for cell in json.loads(text)["cells"])


def test_no_answer_is_in_the_archive(unpacked):
    known = secrets()
    assert min(len(lines) for lines in known.values()) > 200
    text = "\n".join(everything(unpacked))
    assert [line for lines in known.values() for line in lines if line in text] == []


@pytest.mark.parametrize("kind", ["SOLUTION", "HIDDEN TESTS"])
def test_the_search_above_can_fail(unpacked, kind):
    line = sorted(line for line in secrets()[kind] if '"' in line)[0]
    planted = unpacked | {"release/01_tensor/tensor.ipynb": in_a_cell(unpacked, line)}
    assert line in "\n".join(everything(planted))


def test_no_part_of_the_course_that_is_not_for_students(unpacked):
    parts = {part for name in unpacked for part in Path(name).parts}
    assert not parts & {"source", "modules", "answers", "variants", "grading", "authoring"}
    assert not parts & {"conformance", "demo", "provisioner.py", "tinytorch-grading", "solutions"}
    assert [name for name in unpacked if name.startswith("tinytorch/core/")] == [
        "tinytorch/core/__init__.py"
    ]
    assert not [name for name in unpacked if "test_" in name]


def test_nothing_leads_to_the_answers(unpacked):
    """`tito/course.py` says where the parts of a full course lie; nothing else names them."""
    for name, data in unpacked.items():
        if not name.startswith(("tito/", "tinytorch_data/")):
            assert not re.search(rb"\bsource/|\bmodules/|answers/", data), name


# The tool's own search


def in_a_cell(contents, text):
    """Module 01's notebook with a text in its third cell."""
    notebook = json.loads(contents["release/01_tensor/tensor.ipynb"])
    notebook["cells"][2]["source"] = ["a line\n", f"    {text}  # as it was\n"]
    return json.dumps(notebook).encode()


def in_an_output(contents, text):
    notebook = json.loads(contents["release/01_tensor/tensor.ipynb"])
    output = {"output_type": "display_data", "data": {"text/plain": text}, "metadata": {}}
    notebook["cells"][2] |= {"outputs": [output]}
    return json.dumps(notebook).encode()


def in_metadata(contents, text):
    notebook = json.loads(contents["release/01_tensor/tensor.ipynb"])
    notebook["metadata"]["note"] = {text: 1}
    return json.dumps(notebook).encode()


def in_a_zip(contents, text):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("inner.txt", f"first\n{text}\n")
    return made.getvalue()


def in_text(contents, text):
    return f"first\n# {text}\n".encode()


PLACES = {
    "README.md": (in_text, "README.md, line 2"),
    "tinytorch/nn/extra.py": (in_text, "tinytorch/nn/extra.py, line 2"),
    "tinytorch_data/extra.npz": (in_a_zip, "tinytorch_data/extra.npz, inner.txt, line 2"),
    "release/01_tensor/tensor.ipynb": (in_a_cell, "tensor.ipynb, cells 3, source, line 2"),
    "release/02_autograd/autograd.ipynb": (in_an_output, "outputs 1, data, text/plain, line 1"),
    "release/03_layers/layers.ipynb": (in_metadata, "metadata, note, line 1"),
}
LINES = {
    "solution": 'return f"{count} of {len(total)} values"',
    "hidden": 'close(double(np.array([3.0, -1.0])), [6.0, -2.0], "twice [3, -1]")',
    "alternative": "return np.add(values_of_x, values_of_x)",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", LINES)
def test_a_planted_line_is_caught(contents, monkeypatch, tmp_path, kind, place):
    """One line planted in one place; `tito kit` names file and line, and writes nothing."""
    secret = leaks.Passage(LINES[kind], f"the {kind} of `double`", TENSOR)
    monkeypatch.setattr(leaks, "passages", lambda course: iter([secret]))
    plant, where = PLACES[place]
    planted = {"LICENSE": contents["LICENSE"], place: plant(contents, LINES[kind])}
    monkeypatch.setattr(kit, "contents", lambda course, given: planted)
    with pytest.raises(Mistake, match="no kit was written, because it would leak") as caught:
        kit.make(COURSE, kit.NOTHING, tmp_path / "kit.zip", print)
    assert f"{where} holds the {kind} of `double`" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def released() -> str:
    return "\n".join(c.source for m in COURSE.modules for c in release_cells(COURSE, m))


def test_every_passage_of_the_course_is_known():
    """Each solution, hidden test and alternative is noticed in a file that holds it."""
    known = list(leaks.passages(COURSE))
    kinds = {kind: sum(kind in p.what for p in known) for kind in ("solution", "hidden", "altern")}
    assert min(kinds.values()) > 50, kinds
    secret = leaks.secrets(known, released())
    held = leaks.flat(released())
    for passage in known:
        text = passage.text
        assert list(leaks.find(secret, text)) or leaks.flat(text) in held, passage.what


def test_every_long_line_of_the_scripts_is_known():
    secret = leaks.secrets(list(leaks.passages(COURSE)), released())
    for lines in secrets().values():
        for line in lines:
            assert list(leaks.find(secret, f"    x = 1  # {line} and more")), line


def test_a_region_of_short_lines_is_known_as_a_whole():
    what = "the solution of `sgd-update` in module 06_optimizers"
    [passage] = [p for p in leaks.passages(COURSE) if p.what == what]
    line = passage.text.strip()
    assert len(line) <= leaks.SHORT
    planted = {"README.md": f"\nLike this:\n\n    {line}\n".encode()}
    assert f"README.md, line 4 holds {what}" in leaks.leaks(COURSE, planted, ())


@pytest.mark.parametrize("marker", ["### BEGIN SOLUTION", "### BEGIN HIDDEN TESTS"])
def test_a_marker_is_caught(contents, marker):
    planted = {"release/01_tensor/tensor.ipynb": in_a_cell(contents, f"\n{marker}\nx\n")}
    assert any(f"line 3 holds `{marker}`" in found for found in leaks.leaks(COURSE, planted, ()))


@pytest.mark.parametrize(
    "name",
    [
        "source/01_tensor/tensor.ipynb",
        "tests/01_tensor/answers/gate.py",
        "tests/integration/test_gradient_flow.py",
        "tito/grading/engine/plan.py",
        "tinytorch/core/tensor.py",
        "solutions/tensor.json",
        "gradebook.db",
    ],
)
def test_a_file_that_does_not_belong_there_is_caught(name):
    assert leaks.leaks(COURSE, {name: b"{}"}, ()) == [f"{name} is not for students"]


def test_the_whole_kit_leaks_nothing(contents):
    assert leaks.leaks(COURSE, contents, ()) == []


def test_a_line_in_a_binary_file_is_caught(contents):
    line = max(next(leaks.passages(COURSE)).text.splitlines(), key=len)
    data = contents["tinytorch_data/digits.npy"] + line.encode() + b"\xff\x00"
    [found] = leaks.leaks(COURSE, {"tinytorch_data/digits.npy": data}, ())
    assert "digits.npy, line 2 holds the solution of" in found


# Solutions that are meant


def held(made, name="tensor"):
    """What a kit holds sealed of a module, opened with nothing of the tool."""

    def opened(text):
        return zlib.decompress(base64.b64decode(text)).decode()

    found = json.loads(made[f"solutions/{name}.json"])
    cells = {kind: {k: opened(v) for k, v in found[kind].items()} for kind in ("answers", "hidden")}
    return opened(found["reference"]), cells["answers"], cells["hidden"]


def test_answers_come_only_when_asked_for():
    made = kit.contents(COURSE, SOLVED)
    assert [name for name in made if name.startswith("solutions/")] == ["solutions/tensor.json"]
    reference, answers, hidden = held(made)
    assert reference == COURSE.exported(TENSOR).read_text("utf-8")
    assert list(answers) == [it.grade_id for it in exercises(release_cells(COURSE, TENSOR))]
    assert hidden == {}
    assert "`tito unlock 01 NAME`" in made["README.md"].decode()
    assert "unlock" not in kit.contents(COURSE)["README.md"].decode()
    own = {"solutions/tensor.json": made["solutions/tensor.json"]}
    assert leaks.leaks(COURSE, own, (TENSOR,)) == []
    for others in ((), (OPTIMIZERS,)):
        found = leaks.leaks(COURSE, own, others)
        assert "solutions/tensor.json is not for students" in found
        assert any(
            "sealed, line" in line and "holds the solution of `gate`" in line for line in found
        )


def test_a_sealed_file_holds_its_own_module_only():
    other = {"solutions/tensor.json": kit.sealed(COURSE, OPTIMIZERS, self_study=False)}
    assert leaks.leaks(COURSE, other, (TENSOR,)) != []
    hidden = {"solutions/tensor.json": kit.sealed(COURSE, TENSOR, self_study=True)}
    [first, *_] = leaks.leaks(COURSE, hidden, (TENSOR,))
    assert "solutions/tensor.json, sealed, line" in first
    assert "holds a hidden test of" in first
    assert leaks.leaks(COURSE, hidden, (TENSOR,), self_study=True) == []


def test_nothing_of_a_kit_for_self_study_can_be_read_as_it_stands():
    """A search for any line of an answer or a hidden test finds nothing; opened, all are there."""
    made = kit.contents(COURSE, kit.Given(COURSE.modules, self_study=True))
    assert leaks.leaks(COURSE, made, COURSE.modules, self_study=True) == []
    known = secrets()
    text = "\n".join(everything(made))
    assert [line for lines in known.values() for line in lines if line in text] == []
    opened = [held(made, module.stem) for module in COURSE.modules]
    solved = "".join(text for _, answers, _ in opened for text in answers.values())
    tests = "".join(text for _, _, hidden in opened for text in hidden.values())
    assert [line for line in known["SOLUTION"] if line not in solved] == []
    assert [line for line in known["HIDDEN TESTS"] if line not in tests] == []
    assert b"\x80" not in made["solutions/tensor.json"]  # no pickle: JSON, and ASCII at that


@pytest.mark.parametrize("place", ["README.md", "release/01_tensor/tensor.ipynb"])
def test_a_sealed_answer_in_another_place_is_caught(contents, place):
    line = max(next(leaks.passages(COURSE)).text.splitlines(), key=len)
    plant, _ = PLACES[place]
    planted = {place: plant(contents, unlocking.seal(f"first\n{line}\n"))}
    assert [
        found.partition(" holds the solution of ")[0] for found in leaks.leaks(COURSE, planted, ())
    ] == [f"{place}, sealed, line 2"]


def test_the_instructor_hears_what_a_kit_holds(monkeypatch, toy, tmp_path):
    small(monkeypatch)
    said = []
    (toy.root / "nbgrader_config.py").write_text('c.Unlocking.modules = ["01"]\n')
    given = kit.Given(toy.modules)
    assert list(kit.answers_held(toy, given)) == [
        "it holds the answers of module 01_pair, sealed, for `tito unlock`",
        "it holds the answers of module 02_total, sealed, for `tito unlock`",
        "grading does not know of it: unless the marks are final, add 02 to `c.Unlocking.modules` "
        "in nbgrader_config.py",
    ]
    kit.make(COURSE, kit.Given((), self_study=True), tmp_path / "kit.zip", said.append)
    assert said[1:] == [
        "it holds all answers and hidden tests, sealed: for self-study, not for a class"
    ]


def test_the_students_guide_is_there_and_named(unpacked):
    assert unpacked["docs/student.md"] == (ROOT / "docs" / "student.md").read_bytes()
    assert "(docs/student.md)" in unpacked["README.md"].decode()
    for link in re.findall(r"\]\(([^)#]+)", unpacked["docs/student.md"].decode()):
        assert link.startswith("https://") or f"docs/{link}" in unpacked, link


# The archive


def test_two_builds_give_the_same_bytes(contents):
    again = kit.contents(COURSE)
    assert kit.archive(dict(reversed(again.items()))) == kit.archive(contents)


def test_one_folder_fixed_times_and_rights(contents):
    with zipfile.ZipFile(io.BytesIO(kit.archive(contents))) as file:
        infos = file.infolist()
    assert {info.filename.partition("/")[0] for info in infos} == {"tinytorch-course"}
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {info.external_attr >> 16 for info in infos} == {0o100644}
    assert [info.filename for info in infos] == sorted(info.filename for info in infos)


def test_line_ends_of_a_checkout_on_windows_do_not_matter(tmp_path):
    (tmp_path / "x.py").write_bytes(b"one\r\ntwo\r\n")
    assert kit._lf(tmp_path / "x.py") == b"one\ntwo\n"


def test_texts_are_utf_8_with_unix_line_ends(unpacked):
    for name, data in unpacked.items():
        if not name.endswith((".npy", ".npz")):
            assert b"\r" not in data, name
            data.decode("utf-8")


def test_names_work_on_every_system(unpacked):
    reserved = {
        "con",
        "prn",
        "aux",
        "nul",
        *(f"{d}{n}" for d in ("com", "lpt") for n in "123456789"),
    }
    assert len({name.casefold() for name in unpacked}) == len(unpacked)
    for name in unpacked:
        path = PureWindowsPath(r"C:\Users\A Rather Long Name\Documents\Machine Learning", name)
        assert len(str(path)) < 200
        for part in Path(name).parts:
            assert re.fullmatch(r"[A-Za-z0-9_.-]+[A-Za-z0-9_]", part), name
            assert part.partition(".")[0].casefold() not in reserved


# What the kit is made of


def test_every_release_and_scenario_is_there(unpacked):
    for module in COURSE.modules:
        assert f"release/{module.folder}/{module.stem}.ipynb" in unpacked
    for path in COURSE.scenarios:
        # It puts mistakes into the package by means that students do not have.
        is_authors = path.stem == "training_flow"
        assert (f"tests/integration/notebooks/{path.stem}.ipynb" in unpacked) != is_authors
    assert not any(name.startswith("scenarios/") for name in unpacked)
    for name, text in package.files(COURSE.catalog).items():
        assert unpacked[f"tinytorch/{name}"] == text.encode()


def test_notebooks_are_the_released_cells_in_the_students_kernel(unpacked):
    for name, data in unpacked.items():
        if name.endswith(".ipynb"):
            made, original = json.loads(data), json.loads((ROOT / name).read_text("utf-8"))
            assert made["cells"] == original["cells"]
            assert made["metadata"]["kernelspec"]["name"] == "tinytorch"


@pytest.mark.parametrize(
    ("line", "needs"),
    [
        ("from integration.helpers.flow import check", True),
        ("import ops_table as table", True),
        ("import numpy, math", False),
        ("from tinytorch_data import digits", False),
    ],
)
def test_a_scenario_that_imports_from_the_tests_is_no_students(tmp_path, line, needs):
    (tmp_path / "tests" / "integration").mkdir(parents=True)
    (tmp_path / "tests" / "ops_table.py").touch()
    path = tmp_path / "x.ipynb"
    path.write_text(nbformat.writes(new_notebook(cells=[new_code_cell(line)])))
    assert kit.needs_tests(Course(tmp_path), path) == needs


def test_what_is_installed_is_what_the_course_asks_of_students(unpacked):
    own = tomllib.loads(unpacked["pyproject.toml"].decode())["project"]
    course = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    student = course["optional-dependencies"]["student"]
    assert own["dependencies"] == course["dependencies"] + student
    assert (own["version"], own["requires-python"]) == (
        course["version"],
        course["requires-python"],
    )
    environment = yaml.safe_load(unpacked["environment.yml"])
    assert environment["dependencies"][0] == "python" + own["requires-python"]
    assert environment["dependencies"][-1] == {"pip": ["-r requirements.txt", "-e ."]}
    pins = [line for line in unpacked["requirements.txt"].decode().splitlines() if line[0] != "#"]
    assert pins == (ROOT / "requirements-student.txt").read_text("utf-8").splitlines()[2:]


def test_the_readme_names_commands_that_exist(unpacked):
    from typer.main import get_command

    text = kit.contents(COURSE, SOLVED)["README.md"].decode()
    named = set(re.findall(r"\btito ([a-z]+)", text))
    assert named >= {"start", "check", "export", "submit", "doctor", "unlock"}
    assert named <= set(get_command(cli.app).commands)
    assert "$" not in text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (kit.NOTHING, None),
        (SOLVED, "Stuck for good? This copy holds the answers of module 01."),
        (kit.Given(COURSE.modules[:3]), "the answers of modules 01, 02 and 03. `tito unlock 01"),
        (kit.Given((TENSOR,), self_study=True), "This copy is for learning on your own."),
    ],
)
def test_what_the_readme_says_of_answers_is_a_paragraph(given, said):
    text = kit.handout(COURSE, given)["README.md"]
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    [place] = [i for i, part in enumerate(paragraphs) if part.startswith("When a newer copy")]
    if said:
        place -= 1
        assert said in paragraphs[place]
    assert paragraphs[place - 1].endswith("how to get help.")
    assert not re.search(r"^ | $", text, re.MULTILINE)


# Students have other systems


def tool(unpacked):
    return {name: data for name, data in unpacked.items() if name.endswith(".py")}


def test_nothing_of_one_system_only(unpacked):
    only = {"fcntl", "resource", "pwd", "grp", "termios", "pty", "tty", "posix", "winreg", "msvcrt"}
    for name, data in tool(unpacked).items():
        tree = ast.parse(data)
        assert not only & {one.module.partition(".")[0] for one in imports(tree)}, name
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                assert node.attr not in {"fork", "getuid", "geteuid", "killpg", "SIGKILL"}, name
            if isinstance(node, ast.keyword) and node.arg == "shell":
                pytest.fail(f"{name} asks a shell")


def test_texts_are_read_and_written_as_utf_8(unpacked, tmp_path):
    """Windows' own encoding is another: ruff names every `open` that leaves it to the system."""
    for name, data in tool(unpacked).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--preview"]
    done = subprocess.run(
        [*command, "--select", "PLW1514", str(tmp_path)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_a_workspace_on_windows_names_its_files_as_elsewhere():
    space = workspace.Workspace(PureWindowsPath(r"C:\work"), COURSE)
    assert space.relative(space.notebook(TENSOR)) == "01_tensor/tensor.ipynb"
    assert space.relative(space.exported(TENSOR)) == "tinytorch/core/tensor.py"


# Where to


def small(monkeypatch, contents=None):
    monkeypatch.setattr(kit, "contents", lambda course, given: contents or {"README.md": b"hi\n"})
    monkeypatch.setattr(leaks, "passages", lambda course: iter(()))


def test_an_older_kit_is_replaced_and_nothing_else(monkeypatch, tmp_path):
    small(monkeypatch, {"README.md": b"old\n"})
    out = kit.make(COURSE, kit.NOTHING, tmp_path / "new" / "kit.zip", print)
    small(monkeypatch)
    kit.make(COURSE, kit.NOTHING, out, print)
    with zipfile.ZipFile(out) as file:
        assert file.read("tinytorch-course/README.md") == b"hi\n"
    with zipfile.ZipFile(out, "a") as file:
        file.writestr("mine.txt", "mine")
    for path in (out, tmp_path, tmp_path / "notes"):
        (tmp_path / "notes").write_text("mine")
        with pytest.raises(Mistake, match="is there already and is not a kit: choose another"):
            kit.make(COURSE, kit.NOTHING, path, print)
    assert (tmp_path / "notes").read_text() == "mine"


def test_a_kit_of_a_course_that_is_not_built(toy, tmp_path):
    for name in ("LICENSE", "pyproject.toml", "requirements-student.txt"):
        shutil.copy(ROOT / name, toy.root)
    with pytest.raises(Mistake, match=r"pair.ipynb is missing: run `tito build`"):
        kit.make(toy, kit.NOTHING, tmp_path / "kit.zip", print)
    assert not (tmp_path / "kit.zip").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--with-solutions", "77"], "there is no module '77'"),
        (["--with-solutions", "20"], "is planned, but not written yet"),
        (["--out", "/proc/kit.zip"], "/proc/kit.zip cannot be written"),
    ],
)
def test_a_mistake_is_one_sentence(monkeypatch, capsys, arguments, sentence):
    small(monkeypatch)
    monkeypatch.setattr(sys, "argv", ["tito", "kit", *arguments])
    with pytest.raises(SystemExit) as end:
        cli.main()
    printed = " ".join(capsys.readouterr().err.split())
    assert (end.value.code, sentence in printed) == (2, True)
    assert "Traceback" not in printed
