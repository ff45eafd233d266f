"""How long a student waits: from a fresh kit and no environment to the first exercise that passes.

`python -m benchmarks.first_exercise` makes a kit and an environment in a temporary folder, installs
as the students' README says (by uv where it is found, by `--pip` as written there), begins module
01, solves its first exercise, and checks it. Downloads count; how long solving takes does not.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import venv
import zipfile
from pathlib import Path

from tito.authoring import kit
from tito.catalog import find
from tito.course import here
from tito.notebooks import read_notebook
from tito.script import cells_of, exercises


def measure(folder: Path, with_uv: bool = True) -> dict[str, float]:
    """{step: seconds}, in order. The kit and its environment stay in `folder`.

    Raises: CalledProcessError if a step fails, AssertionError if the exercise does not pass.
    """
    archive = kit.make(here(), kit.NOTHING, folder / "kit.zip", lambda line: None)
    times: dict[str, float] = {}
    root, uv = folder / kit.TOP, Path(sys.executable).with_name("uv")

    def step(name: str, do) -> None:
        begun = time.perf_counter()
        do()
        times[name] = time.perf_counter() - begun

    installer = [str(uv), "pip"] if with_uv and uv.exists() else [script(folder, "pip")]
    step("unpack", lambda: zipfile.ZipFile(archive).extractall(folder))
    step("make the environment", lambda: venv.create(root / ".venv", with_pip=True))
    step(
        "install",
        lambda: _run(folder, *installer, *["install", "-q", "-r", "requirements.txt", "-e", "."]),
    )
    step("tito start 01", lambda: _run(folder, script(folder, "tito"), "start", "01"))
    answer = solve_first(root)
    step("tito check 01", lambda: _passes(folder, answer))
    return times


def script(folder: Path, name: str) -> str:
    """A command of the kit's environment."""
    return str(root_of(folder) / (".venv/Scripts" if os.name == "nt" else ".venv/bin") / name)


def root_of(folder: Path) -> Path:
    return folder / kit.TOP


def activated(folder: Path) -> dict[str, str]:
    """The variables of a terminal in which the kit's environment is activated."""
    path = f"{Path(script(folder, 'python')).parent}{os.pathsep}{os.environ['PATH']}"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return clean | {"PATH": path, "VIRTUAL_ENV": str(root_of(folder) / ".venv"), "COLUMNS": "120"}


def _run(folder: Path, *command: str, check: bool = True) -> str:
    done = subprocess.run(
        command,
        cwd=root_of(folder),
        env=activated(folder),
        check=check,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    return done.stdout


def solve_first(root: Path) -> str:
    """Put the reference into the first exercise of the student's notebook; its grade id."""
    course, module = here(), find("01")
    first = exercises(cells_of(read_notebook(course.source(module))))[0].solution
    path = root / module.folder / f"{module.stem}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["id"] == first.grade_id:
            cell["source"] = first.source
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return first.grade_id


def _passes(folder: Path, grade_id: str) -> None:
    said = _run(folder, script(folder, "tito"), "check", "01", check=False)
    rows = [line for line in said.splitlines() if grade_id in line]
    if not any("passed" in row for row in rows):
        raise AssertionError(f"{grade_id} does not pass:\n{said}")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        times = measure(Path(folder), with_uv="--pip" not in sys.argv)
    for name, seconds in times.items():
        print(f"{name:22}{seconds:7.1f} s")
    print(f"{'all':22}{sum(times.values()):7.1f} s")


if __name__ == "__main__":
    main()
