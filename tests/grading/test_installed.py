"""The course may be installed in any way beside the kernel: nothing of the answer shows.

Each test installs a full copy of the course, with setuptools, in an environment of its own, and
first shows that an ordinary Python there does find the answer.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from environments import linked

ROOT = Path(__file__).resolve().parent.parent.parent
PROJECT = """
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[project]
name = "tinytorch"
version = "0.1"
[project.entry-points."jupyter_client.kernel_provisioners"]
tinytorch-grading = "tito.kernel.server.provisioner:GradingProvisioner"
[tool.setuptools]
packages = [
  "tinytorch", "tinytorch.core", "tito", "tito.kernel", "tito.kernel.sandbox", "tito.kernel.server",
]
{layout}
"""
# What setuptools makes of an install: an import hook, a `.pth` file (if all lies in `src`), a copy;
# and ways to the answer that work beside each.
SRC = 'package-dir = {"" = "src"}'
INSTALLS = {
    "import hook": ("", ["-e"], {"direct", "by_hook", "by_site", "by_child"}),
    "pth file": (SRC, ["-e"], {"direct", "by_pth", "by_site", "by_child"}),
    "copied": ("", [], {"direct", "by_path", "by_metadata", "by_child"}),
}
# Every way to the answer without reading the disk at large.
CHEATS = """
import importlib, importlib.util, sys
from pathlib import Path

def direct():
    import tinytorch.core.total

def by_path():
    for folder in sys.path:
        for file in Path(folder).glob("*/core/total.py"):
            if file.is_file():
                spec = importlib.util.spec_from_file_location("tinytorch.core.answer", file)
                return spec.loader.exec_module(importlib.util.module_from_spec(spec))
    raise ModuleNotFoundError("no such file")

def by_pth():
    import site
    for folder in [*sys.path]:
        site.addsitedir(folder)
    sys.modules.pop("tinytorch", None)
    sys.path.reverse()
    import tinytorch.core.total

def by_hook():
    for folder in sys.path:
        for file in Path(folder).glob("__editable__*.py"):
            importlib.import_module(file.stem).install()
    import tinytorch.core.total

def by_site():
    import site
    site.main()
    import tinytorch.core.total

def by_metadata():
    from importlib import metadata
    paths = [metadata.distribution("tinytorch").locate_file("tinytorch/core/total.py")]
    if not any(path.is_file() for path in paths):
        raise ModuleNotFoundError("no such file")

def by_child():
    import subprocess
    command = [sys.executable, "-c", "import tinytorch.core.total"]
    if subprocess.run(command, capture_output=True).returncode:
        raise ModuleNotFoundError("no such module")

def found(way):
    for name in [name for name in sys.modules if name.startswith("tinytorch")]:
        del sys.modules[name]
    try:
        way()
    except ImportError:
        return False
    return True
"""
WAYS = ("direct", "by_path", "by_pth", "by_hook", "by_site", "by_metadata", "by_child")
ASK = f"""{CHEATS}
import json
ways = [{", ".join(WAYS)}]
print(json.dumps([way.__name__ for way in ways if found(way)]))
"""
RUN = """
import json, sys
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config
from tito.catalog import Module
from tito.course import Course
from tito.kernel.run import run_notebook

root, ask, catalog = sys.argv[1], sys.argv[2], eval(sys.argv[3])
config = Config()
config.GradingProvisioner.course = Course(__import__("pathlib").Path(root), catalog)
notebook = new_notebook(cells=[new_code_cell(ask)])
done = run_notebook(notebook, "02_total", "tinytorch-grading", config=config)
print(json.dumps(done.cells[0].outputs))
"""


@pytest.fixture(params=INSTALLS)
def installed(request, built, tmp_path):
    """A copy of the whole course, its answers too, and a Python in which it is installed."""
    layout, options, ways = INSTALLS[request.param]
    course = tmp_path / "course"
    shutil.copytree(built.course.root, course)
    shutil.copytree(ROOT / "tito", course / "tito", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("tinytorch", "tito"):
        shutil.copytree(course / name, course / "src" / name)
    (course / "pyproject.toml").write_text(PROJECT.format(layout=layout))
    python = linked(tmp_path / "venv")
    shutil.copytree(ROOT / "tito" / "kernel" / "specs", tmp_path / "venv/share/jupyter/kernels")
    pip = [python, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, *options, str(course)], check=True, capture_output=True)
    return course, python, ways


def _ask(python: str, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [python, "-P", *arguments]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env=environment,
        cwd=Path(python).parent,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="grading runs on Linux")
def test_the_answer_is_out_of_reach(installed, built):
    """Seven ways to the answer: some work in an ordinary Python there, none in the kernel."""
    course, python, ways = installed
    found = _ask(python, "-c", ASK)
    assert ways <= set(json.loads(found))
    output = json.loads(_ask(python, "-c", RUN, str(course), ASK, repr(built.course.catalog)))
    assert [(out["name"], out["text"]) for out in output] == [("stdout", "[]\n")]
