"""Every rule of the contract, broken by one change to a module that keeps them all."""

import pytest
from variant_files import add, drop

from tito import script
from tito.authoring import contract
from tito.catalog import Module
from tito.course import Course

CATALOG = (
    Module(1, "base", "Base", {"": ("Base",)}),
    Module(
        2,
        "steps",
        "Steps",
        {"": ("step_1", "last=step_4")},
        imports=(1,),
        points=20,
        terms=("small step",),
    ),
    Module(3, "higher", "Higher", {"": ("Higher",)}, imports=(1, 2)),
)
HEAD = """# %% [markdown]
# # 02 · Steps
#
# Four steps. Each a small step.

# %%
#| default_exp core.steps

# %%
#| export
import math

import numpy as np

from tinytorch.core.base import Base

# %%
import matplotlib.pyplot as plt

from tito.checks import close
from tinytorch_data import digits

shared = 3.0
parts = math, np, Base, digits
"""
EXERCISE = '''
# %% [markdown]
# **Exercise {n} · easy · 5 minutes.** Fill in `step_{n}`.

# %% nbgrader={{"grade_id": "step-{n}", "solution": true}}
#| export
def step_{n}(x):
    """`x` and {n}."""
    # One line.
    ### BEGIN SOLUTION
    return x + {n}
    ### END SOLUTION

# %% nbgrader={{"grade_id": "step-{n}-test", "grade": true, "points": 4}}
# Zero.
start = shared - 3.0
close(step_{n}(start), {n}, "zero and {n}")

# %% nbgrader={{"grade_id": "step-{n}-hidden", "grade": true, "points": 1}}
# Also graded: one.
### BEGIN HIDDEN TESTS
close(step_{n}(1), {n} + 1, "one and {n}")
### END HIDDEN TESTS

# %% [markdown]
# In the figure, what the step makes of 0, 1 and 2: a straight line that begins at {n}.

# %%
plt.plot([step_{n}(x) for x in range(3)])
plt.show()
'''
STRETCH = '''
# %% [markdown]
# **Stretch 1 · hard · 5 minutes.** Fill in `leap`.

# %% nbgrader={"grade_id": "leap", "solution": true}
#| export
def leap(x):
    """`x` and 9."""
    # One line.
    ### BEGIN SOLUTION
    return x + 9
    ### END SOLUTION

# %% nbgrader={"grade_id": "leap-test", "grade": true, "points": 0}
# Zero.
close(leap(0), 9, "zero and 9")
'''
HELP = """
## {0}

### How do I begin?

With `x`.

### The idea

Add.

### got: None

Is a return missing?
"""
NAMES = [*(f"step-{n}" for n in range(1, 5)), "leap"]
HELPING = "# Help" + "".join(HELP.format(name) for name in NAMES)
TAIL = """
# %% [markdown]
# ## Reflection
#
# Which step was the longest?

# %% [markdown]
# Your answer.
"""
GOOD = HEAD + "".join(EXERCISE.format(n=n) for n in range(1, 5)) + STRETCH + TAIL


@pytest.fixture
def broken(tmp_path):
    """What a lesson with a given script breaks; the answers to its exercises are in order."""
    for name in NAMES:
        for heading in (*(f"mutant: {letter}" for letter in "abcd"), "edge: e", "alternative: a"):
            if (name, heading) != ("leap", "edge: e"):
                add(tmp_path / f"{name}.py", heading, '"""A variant."""\nreturn x')

    def run(text: str, helping: str = HELPING) -> list[tuple[str, str]]:
        if helping == HELPING:  # there is help for the exercises that the text has
            there = [name for name in NAMES if f'"{name}", "solution": true' in text]
            helping = "# Help" + "".join(HELP.format(name) for name in there)
        lesson = contract.Lesson(CATALOG[1], CATALOG, text, tmp_path, helping=helping)
        return contract.broken(lesson)

    return run


def test_a_scenario_has_a_title_and_tells_its_figures_in_words(tmp_path):
    course = Course(tmp_path)
    (tmp_path / "scenarios").mkdir()
    path = tmp_path / "scenarios" / "x.py"
    told = "# %% [markdown]\n# # Steps\n#\n# " + "word " * 15 + "\n\n"
    figure = "# %%\nplt.show()\n"
    path.write_text(told + figure)
    assert contract.scenarios(course) == []
    path.write_text(figure)
    title, words = contract.scenarios(course)
    assert title.startswith("scenarios/x.py: it does not begin with a title")
    assert words.startswith("scenarios/x.py: the cell that begins 'plt.show()' shows a figure: say")


def test_a_figure_may_be_described_behind_it_and_not_across_an_exercise():
    """A function that draws counts where it is called; what stands below a heading is not of it."""
    drawer = "# %%\ndef draw():\n    plt.show()\n"
    told = f"# %% [markdown]\n# {'word ' * 15}\n"
    graded = '# %% nbgrader={"grade_id": "a-test", "grade": true, "points": 1}\nclose(1, 1)\n'

    def found(*parts):
        return contract.figures.undescribed(script.parse("\n".join([drawer, *parts])))

    assert len(found("# %%\ndraw()\n")) == 1
    assert found("# %%\ndraw()\n", told) == []
    assert found(told, "# %%\nsizes = []\n", "# %%\ndraw()\n") == []
    assert len(found(told, graded, "# %%\ndraw()\n")) == 1
    assert len(found("# %%\ndraw()\n", told.replace("# word", "# ## Next\n# word", 1))) == 1


def test_a_module_that_keeps_the_contract_breaks_no_rule(broken):
    assert broken(GOOD) == []


def swap(old: str, new: str):
    """A change to the script: the first `old` becomes `new`."""
    assert old in GOOD
    return GOOD.replace(old, new, 1)


REGION = "    return x + 1\n"
TEST_1 = '# Zero.\nstart = shared - 3.0\nclose(step_1(start), 1, "zero and 1")\n'
BREAKS = [
    ("length", GOOD + "\n" * 700, "lines: at most 800, so move what is not taught to given.py"),
    (
        "given",
        swap("# %%\nimport mat", '# %% tags=["given"]\nimport mat'),
        "the cell that begins 'import matplotlib.pyplot as plt' is tagged given: make it a section",
    ),
    (
        "defined",
        swap("shared = 3.0", "shared = there"),
        "'import matplotlib.pyplot as plt' uses `there`, which no cell defines",
    ),
    ("used", swap("import math", "import maths as m"), "imports `m`, which no cell uses"),
    ("exercises", HEAD + EXERCISE.format(n=1) + TAIL, "1 exercises: there must be 4 to 8"),
    ("exercises", GOOD.replace(STRETCH, ""), "0 stretch exercises, worth 0 points: there must"),
    ("exercises", GOOD.replace('"points": 0', '"points": 1'), "0 stretch exercises, worth"),
    (
        "given_share",
        swap("# %%\nimport mat", '# %% tags=["given"]\n' + "x = 1\n" * 150 + "import mat"),
        "lines of code are given, more than 3 times the 24 of exercises and visible tests",
    ),
    ("opening", swap("Four steps.", "word " * 401), "words before the first exercise: at most 400"),
    ("points", swap('"points": 4', '"points": 9'), "give 25 points, the catalog says 20"),
    ("points", swap('"points": 4', '"points": 0'), "cell `step-1-test` is worth 0: give it"),
    ("points", swap('"points": 4', '"points": -1'), "cell `step-1-test` is worth -1: give it"),
    ("points", swap('"points": 1', '"points": 9'), "12 of 28 points are hidden: at most a third"),
    ("figures", GOOD.replace("plt.", "np."), "0 cells draw a figure: at least 2"),
    (
        "described",
        GOOD.replace("In the figure, what the step makes of 0, 1 and 2: a straight", "A"),
        "shows a figure: say what is to be seen, in 15 words or more",
    ),
    ("folds", swap("Each a small", "<details> Each a small"), "folds: move it to help.md"),
    (
        "reflection",
        GOOD.replace("## Reflection", "## The end"),
        "no heading with the word Reflection",
    ),
    (
        "reflection",
        swap(
            "# %% [markdown]\n# Your",
            '# %% [markdown] nbgrader={"locked": true, "grade_id": "r"}\n# Your',
        ),
        "is locked or graded",
    ),
    (
        "default_exp",
        swap("core.steps", "core.step"),
        "`#| default_exp core.steps` must stand in it",
    ),
    ("exports", GOOD.replace("def step_4", "def step_5"), "no exported cell defines step_4"),
    (
        "terms",
        swap("Each a small step.", "Each a small stepping-stone."),
        "never says 'small step'",
    ),
    ("terms", swap("Each a small step.", "Each an x_small step."), "never says 'small step'"),
    (
        "labels",
        swap("· easy ·", "· cosy ·"),
        "exercise `step-1` says neither how hard nor how long",
    ),
    ("regions", swap(REGION, REGION * 26), "cell `step-1` asks for 26 lines: at most 25"),
    ("regions", swap("    ### END SOLUTION\n", ""), "cell `step-1` holds 0 solution regions"),
    (
        "regions",
        swap(REGION, f"{REGION}    ### END SOLUTION\n    ### BEGIN SOLUTION\n{REGION}"),
        "cell `step-1` holds 2 solution regions",
    ),
    (
        "regions",
        swap('def step_1(x):\n    """`x` and 1."""\n', "if True:\n"),
        "the region of cell `step-1` is not inside a function",
    ),
    (
        "regions",
        swap("shared = 3.0", "### BEGIN SOLUTION\nshared = 3.0\n### END SOLUTION"),
        "holds a region but is no solution cell",
    ),
    (
        "graded",
        swap(TEST_1, "### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS\n"),
        "has no visible test",
    ),
    ("graded", swap("### BEGIN HIDDEN TESTS\n", ""), "exercise `step-1` has no hidden test"),
    ("graded", swap("# Also graded: one.\n", ""), "cell `step-1-hidden` has no visible comment"),
    ("graded", swap("### END HIDDEN TESTS\n", ""), "does not end with ### END HIDDEN TESTS"),
    ("graded", swap("# Zero.\n", ""), "`step-1-test` does not begin with a comment that says"),
    (
        "graded",
        swap("# Also graded: one.", "#")
        .replace('"points": 4', '"points": 0')
        .replace(": 1}", ": 0}"),
        "the stretch exercise `step-1` has a hidden test",
    ),
    ("grade_ids", swap('"step-2-test"', '"step-1-test"'), "grade id 'step-1-test' is used twice"),
    ("grade_ids", swap('"step-1"', '"Step_1"'), "grade id 'Step_1' is not lower-case words"),
    ("grade_ids", swap('"step-1-test"', '"first"'), "cell `first` must be called `step-1-test`"),
    ("grade_ids", swap('"step-1-hidden"', '"step-1-test-2"'), "must be called `step-1-hidden`"),
    (
        "grade_ids",
        swap(
            "# %%\nimport matplotlib",
            '# %% nbgrader={"grade_id": "a", "grade": true}\nimport matplotlib',
        ),
        "cell `a` comes before the first exercise",
    ),
    ("variants", swap('"step-1"', '"step-9"'), "exercise `step-9` has 0 wrong answers: at least 5"),
    ("variants", swap('"step-1"', '"step-9"'), "step-1.py has a name that means nothing"),
    (
        "apart",
        GOOD.replace("close(step_2(start)", "close(step_2(begun)").replace(
            "# Also graded: one.\n", "# Also graded: one.\nbegun = 1\n", 1
        ),
        "cell `step-2-test` uses `begun`, which cell `step-1-hidden` assigns",
    ),
    (
        "kept_names",
        swap("# Zero.\n", "# Zero.\nstep_2 = 2\n"),
        "cell `step-1-test` assigns `step_2`, which an exported cell defines: name it otherwise",
    ),
    (
        "kept_names",  # run again, a cell that calls it fails
        swap("shared = 3.0\n", "shared = 3.0\nfor step_2 in (): pass\n"),
        "assigns `step_2`, a function of another cell: name it otherwise",
    ),
    (
        "checks",
        swap('close(step_1(start), 1, "zero and 1")', "assert step_1(start) == 1"),
        "cell `step-1-test` calls no check: close, equal, raises, true, or a helper among",
    ),
    (
        "checks",  # an answer that defines `check` anew would pass
        swap("shared = 3.0", "def check(got, want):\n    close(got, want, 'x')\n\nshared = 3.0"),
        "'import matplotlib.pyplot as plt' uses close: only graded cells and `tests` check",
    ),
    (
        "checks",
        swap("import close", "import close as near").replace("close(step_1(1)", "near(step_1(1)"),
        "imports `near`: of tito.checks import close, equal, raises, true, by these names",
    ),
    (
        "checks",
        swap("from tito.checks import close", "from tito import checks"),
        "imports `checks`: of tito.checks import",
    ),
    ("quiet", swap("# Zero.\n", "# Zero.\nprint(shared)\n"), "cell `step-1-test` prints"),
    ("quiet", swap('"zero and 1")\n', '"zero and 1")\nstart == 0\n'), "ends in a value"),
    ("quiet", swap('"zero and 1")\n', '"zero and 1")\n0.5\n'), "which nbgrader reads as points"),
    ("python", swap("close(step_1(1)", "close(step_1(1"), "cell `step-1-hidden` is not Python"),
    ("magics", swap("import math\n", "import math\n%timeit 1\n"), "is exported and holds a magic"),
    (
        "imports",
        swap("import math\n", "import scipy.linalg\n"),
        "imports scipy.linalg, which it may not",
    ),
    (
        "imports",
        swap("import math\n", "import matplotlib\n"),
        "imports matplotlib, which it may not",
    ),
    (
        "imports",
        swap("from tinytorch.core.base", "from tinytorch.core.higher"),
        "imports tinytorch.core.higher, which it may not",
    ),
    ("imports", swap("from tinytorch.core.base", "from tinytorch"), "imports tinytorch.Base"),
    ("imports", swap("import math\n", "import tinytorch\n"), "imports tinytorch, which it may not"),
    (
        "imports",
        swap("from tito.checks", "from tito.script"),
        "imports tito.script, which it may not",
    ),
    (
        "imports",
        swap("import math\n", "from .base import Base\n"),
        "imports .base, which it may not",
    ),
]


@pytest.mark.parametrize(("rule", "text", "message"), BREAKS)
def test_a_broken_rule_is_named(broken, rule, text, message):
    problems = [problem for name, problem in broken(text) if name == rule]
    assert any(message in problem for problem in problems), problems


def test_every_rule_is_broken_by_a_case_above():
    assert {rule for rule, _, _ in BREAKS} | {"ladder"} == set(contract.RULES)


@pytest.mark.parametrize(
    ("old", "new", "rule", "message"),
    [
        ("How do I begin?", "How?", "ladder", "must begin with 'How do I begin?' and 'The idea'"),
        ("### got: None\n\nIs a", "Is a", "ladder", "`step-1` has no hint that is titled by a"),
        ("With `x`.", "", "ladder", "the help for `step-1` is empty in 'How do I begin?'"),
        ("got: None", "got: `None`", "folds", "a backtick is shown as it is in 'got: `None`'"),
    ],
)
def test_help_that_is_no_ladder_is_named(broken, old, new, rule, message):
    (problem,) = broken(GOOD, HELPING.replace(old, new, 1))
    assert problem[0] == rule
    assert message in problem[1]


def test_too_few_variants_and_wrong_ones_are_named(broken, tmp_path):
    drop(tmp_path / "step-1.py", "mutant: a")
    add(tmp_path / "step-2.py", "alternative: b", "return x")
    drop(tmp_path / "leap.py", "mutant: a")
    drop(tmp_path / "leap.py", "mutant: b")
    drop(tmp_path / "step-3.py", "edge: e")
    drop(tmp_path / "step-4.py", "alternative: a")
    add(tmp_path / "step-4.py", "edge: f", '"""Another."""\nreturn x')
    wrong, *few = [problem for rule, problem in broken(GOOD) if rule == "variants"]
    assert wrong.endswith(
        "step-2.py, line 26 (alternative: b) has no docstring: begin it with one that says what "
        "is done"
    )
    assert few == [
        "exercise `step-1` has 4 wrong answers: at least 5",
        "exercise `step-1` has 1 edges among 4 wrong answers: visible tests must fail at least 4 "
        "in 5",
        "exercise `step-3` has no edge, a wrong answer that only hidden tests fail",
        "exercise `step-3` has 4 wrong answers: at least 5",
        "exercise `step-4` has 2 edges among 6 wrong answers: visible tests must fail at least 4 "
        "in 5",
        "exercise `step-4` has 0 alternatives: at least 1",
        "exercise `leap` has 2 wrong answers: at least 3",
    ]


@pytest.mark.parametrize(
    "text",
    [
        # A graded cell may use its own names again, and those of cells that are not graded.
        swap("start = shared", "start = 1.0\nstart = start - 1.0 + shared"),
        swap("# Zero.\n", "# Zero.\nfor x in [1]:\n    assert [x for x in range(x)] == [0]\n"),
        swap("# Zero.\n", "# Zero.\ndef twice(x):\n    y = x\n    return y + start\n"),
        # A region in a method, in a nested block, and one that is all of the function.
        swap('    """`x` and 1."""\n    # One line.\n', ""),
        swap(
            "    ### BEGIN SOLUTION\n    return x + 1\n    ###",
            "    if x:\n        ### BEGIN SOLUTION\n        return x + 1\n        ###",
        ),
        # What a method plots is imported when it is called.
        swap(
            "import math\n",
            "import math\ndef draw():\n    import matplotlib.pyplot as plt\n    plt.show()\n",
        ),
        swap(
            "import math\n",
            "import math\ndef bar():\n    from tqdm.auto import tqdm\n    return tqdm\n",
        ),
        swap("shared = 3.0", "%matplotlib inline\nshared = 3.0"),
        swap('"zero and 1")\n', '"zero and 1")\nnp.testing.assert_allclose(1, 1)\n'),
        # A term may be a plural, have a hyphen or stand on two lines.
        swap("Each a small step.", "All are Small-steps."),
        swap("Each a small step.", "Each a **small\n# step**."),
    ],
)
def test_what_is_fine_is_not_complained_about(broken, text):
    assert broken(text) == []


def test_a_name_used_before_a_cell_assigns_it_anew_is_seen(broken):
    """It works only after the other graded cell, which a student may have broken."""
    text = GOOD.replace("# Also graded: one.\n", "# Also graded: one.\nbegun = 1\n", 1)
    for line in (
        "begun += 1",
        "begun = begun + 1",
        "def f():\n    return begun",
        "[begun for x in 'a']",
    ):
        changed = text.replace(
            "start = shared - 3.0\nclose(step_2", f"start = 0\n{line}\nclose(step_2"
        )
        assert (
            "apart",
            "cell `step-2-test` uses `begun`, which cell `step-1-hidden` assigns",
        ) in broken(changed)


UP = "def later():\n    from tinytorch.core.autograd import backward\n    return backward\n"
ENGINE = (
    Module(1, "tensor", "Tensor", {}),
    Module(2, "autograd", "Autograd", {}, imports=(1,)),
    Module(3, "layers", "Layers", {}, imports=(1,)),
)


def upward(row: Module, code: str, tmp_path) -> list[str]:
    text = f"# %%\n#| export\n{code}"
    return contract.code.allowed_imports(contract.Lesson(row, ENGINE, text, tmp_path))


def test_one_import_may_look_up_and_it_does_so_when_called(tmp_path):
    """Tensor.backward asks the next module; everything else imports lower numbers."""
    tensor, _, layers = ENGINE
    assert upward(tensor, UP, tmp_path) == []
    assert "imported 2 times: once is the one exception" in upward(tensor, UP + UP, tmp_path)[0]
    at_the_top = "from tinytorch.core.autograd import backward\n"
    assert "tinytorch.core.autograd, which it may not" in upward(tensor, at_the_top, tmp_path)[0]
    assert "tinytorch.core.autograd, which it may not" in upward(layers, UP, tmp_path)[0]
    assert upward(layers, "from tinytorch.core import tensor\n", tmp_path) == []


def test_check_names_the_script_and_the_rule(built_toy):
    """The toy modules are too small for the contract, and keep the rest of it."""
    lines = contract.check(built_toy, built_toy.modules)
    assert "modules/01_pair/pair.py: exercises: 2 exercises: there must be 4 to 8" in lines
    rules = {line.split(": ")[1] for line in lines}
    assert rules == {"exercises", "figures", "ladder", "points", "reflection", "variants"}
