"""The course's paths are made in `tito/course.py`, and nowhere else in the tool."""

import ast
from pathlib import Path

import pytest

TITO = Path(__file__).resolve().parents[2] / "tito"
# What stands at the top of the course, nbgrader's folders among it.
NAMES = {
    *("modules", "source", "release", "tinytorch_data", "tests", "scenarios", "solutions"),
    *("submitted", "autograded", "feedback", "downloaded", "exchange", "build"),
    *("gradebook.db", "integration.json", "report.html", "grades.csv", "nbgrader_config.py"),
    *("LICENSE", "README.md", "pyproject.toml", "requirements-student.txt"),
}
# These paths lie elsewhere: in the demo's folder, in what a kernel sees, where the tool itself is.
OTHERS = {
    "demo/end_to_end.py": ["folder / 'report.html'"],
    "kernel/server/reference_package.py": ["into / 'tinytorch_data'"],
    "package.py": ["Path(__file__).resolve().parent.parent / 'pyproject.toml'"],
}
PAGES = {path.relative_to(TITO).as_posix(): path for path in sorted(TITO.rglob("*.py"))}
# What a student has is no course: `Workspace` makes those paths.
MAKERS = ("course.py", "student/workspace.py")


def joined(text: str) -> list[str]:
    """The paths that a page puts together from a course's root, or from a name at its top."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            whole, part = ast.unparse(node), getattr(node.right, "value", "")
            is_root = getattr(node.left, "attr", "") == "root" and not whole.startswith("space.")
            if is_root or str(part).partition("/")[0] in NAMES:
                found.append(whole)
    return found


def test_a_path_that_is_put_together_is_found():
    page = "a = course.root / name\nb = Path(x) / 'feedback' / student\nc = space.root / name\n"
    assert joined(page) == ["course.root / name", "Path(x) / 'feedback'"]
    assert joined(PAGES["course.py"].read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", [page for page in PAGES if page not in MAKERS])
def test_paths_of_the_course_are_made_in_one_place(page):
    assert joined(PAGES[page].read_text(encoding="utf-8")) == OTHERS.get(page, [])
