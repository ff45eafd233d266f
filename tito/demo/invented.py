"""An invented class: students made from the reference, the mutants, the alternatives and nothing.

What each of them must score is known beforehand, so grading them tests the grading. They submit as
students do, by `tito start` and `tito submit`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from tito.catalog import Module
from tito.course import Course
from tito.errors import Mistake
from tito.script import BEGIN, END, Exercise, exercises, read, replace_solution
from tito.student import workspace
from tito.student.submit import write_submission
from tito.variants.answers import read_answers
from tito.variants.reader import ALTERNATIVE, EDGE, MUTANT
from tito.variants.report import Variant

MISTAKEN = 12  # students who share the mutants
RIGHT, WRONG, EMPTY = "right", "wrong", "empty"
EXIT = "import os\n\nos._exit(1)"
UNFINISHED = "return ("


@dataclass(frozen=True)
class Answer:
    """What a student puts into one solution cell: `kind` says what it must score."""

    kind: str
    label: str
    source: str


@dataclass
class Student:
    """One of the class; `answers` is {module folder: {exercise: answer}}, others are left empty.

    `submits` holds the folders of the modules that this student hands in.
    """

    name: str
    about: str
    answers: dict[str, dict[str, Answer]] = field(default_factory=dict)
    submits: tuple[str, ...] = ()

    def answer(self, folder: str, exercise: str) -> Answer | None:
        return self.answers.get(folder, {}).get(exercise)

    def kind(self, folder: str, exercise: str) -> str:
        answer = self.answer(folder, exercise)
        return answer.kind if answer else EMPTY

    def count(self, kind: str) -> int:
        return sum(a.kind == kind for given in self.answers.values() for a in given.values())


# ---- the class ----


@dataclass
class Answers:
    """The answers there are to a module's exercises, in the notebook's order."""

    module: Module
    exercises: list[Exercise]
    variants: list[Variant]

    def of(self, exercise: Exercise, kind: str) -> list[Variant]:
        found = [v for v in self.variants if v.group == exercise.grade_id]
        return [v for v in found if v.kind == kind]

    def mutants(self) -> list[Variant]:
        """The wrong answers that cost points: the first of each exercise, the second, and so on."""
        worth = [exercise for exercise in self.exercises if not exercise.is_stretch]
        lists = [self.of(exercise, MUTANT) + self.of(exercise, EDGE) for exercise in worth]
        most = max(map(len, lists), default=0)
        return [mutants[k] for k in range(most) for mutants in lists if k < len(mutants)]


def answers_to(course: Course, module: Module) -> Answers:
    """Reads the module's script and the answers to its exercises.

    Raises: Mistake naming the file and its line if an answer cannot be read.
    """
    known = exercises(read(course.script(module)))
    problems: list[str] = []
    variants = read_answers(course.answers(module), known, problems)
    if problems:
        raise Mistake(problems[0])
    return Answers(module, known, variants)


def make_class(
    course: Course,
    modules: Iterable[Module],
    mistaken: int = MISTAKEN,
    whole: Iterable[Module] | None = None,
) -> list[Student]:
    """The invented class. Every alternative and every mutant is somebody's answer.

    `mistaken` students share the mutants; there are more if an exercise has more mutants than that.
    whole: the modules that the whole class hands in, all unless given. The others are handed in by
    one student of each kind: the reference, other right answers, mistakes, and nothing solved.
    """
    known = [answers_to(course, module) for module in modules]
    alternatives, wrong = _alternatives(known), _mistaken(known, mistaken)
    reference = Student("", "the reference", {a.module.folder: _reference(a) for a in known})
    empty = Student("", "nothing solved")
    made = [
        reference,
        *alternatives,
        *wrong,
        empty,
        Student("", "half of it solved", {a.module.folder: _half(a) for a in known}),
        Student("", "ends the process", {a.module.folder: _spoilt(a, EXIT) for a in known}),
        Student("", "does not parse", {a.module.folder: _spoilt(a, UNFINISHED) for a in known}),
    ]
    every = tuple(answers.module.folder for answers in known)
    some = every if whole is None else tuple(module.folder for module in whole)
    for number, student in enumerate(made, 1):
        student.name, student.submits = f"student-{number:02d}", some
    for student in (reference, empty, *alternatives[:1], *wrong[:1]):
        student.submits = every
    for student in made:
        student.answers = {f: a for f, a in student.answers.items() if f in student.submits}
    for student in wrong:
        student.about = f"{student.count(WRONG)} mistakes"
    return made


def _reference(answers: Answers) -> dict[str, Answer]:
    return {e.grade_id: Answer(RIGHT, "reference", e.solution.source) for e in answers.exercises}


def _alternatives(known: list[Answers]) -> list[Student]:
    """As many students as the exercise with the most alternatives has; others begin again."""
    counts = [len(a.of(exercise, ALTERNATIVE)) for a in known for exercise in a.exercises]
    students = []
    for number in range(max(counts, default=0)):
        student = Student("", f"other right answers {number + 1}")
        for answers in known:
            mine = student.answers[answers.module.folder] = _reference(answers)
            for exercise in answers.exercises:
                there = answers.of(exercise, ALTERNATIVE)
                if there:
                    mine[exercise.grade_id] = _answer(RIGHT, there[number % len(there)])
        students.append(student)
    return students


def _mistaken(known: list[Answers], count: int) -> list[Student]:
    """Each student gets a few mutants, of different exercises, and the reference elsewhere."""
    most = max((len(answers.mutants()) for answers in known), default=0)
    students = [Student("", "") for _ in range(min(count, most))]
    for answers in known:
        folder = answers.module.folder
        mine: list[dict[str, Answer]] = [{} for _ in students]
        for mutant in answers.mutants():
            free = [given for given in mine if mutant.group not in given]
            if not free:
                students.append(Student("", ""))
                free = [{}]
                mine += free
            min(free, key=len)[mutant.group] = _answer(WRONG, mutant)
        for student, given in zip(students, mine, strict=True):
            student.answers[folder] = _reference(answers) | given
    return students


def _answer(kind: str, variant: Variant) -> Answer:
    return Answer(kind, variant.label, variant.source)


def _half(answers: Answers) -> dict[str, Answer]:
    everything = _reference(answers)
    return {key: everything[key] for key in list(everything)[: (len(everything) + 1) // 2]}


def _spoilt(answers: Answers, body: str) -> dict[str, Answer]:
    """The reference but for the middle exercise, which holds `body`."""
    middle = answers.exercises[len(answers.exercises) // 2]
    source = replace_solution(middle.solution.source, body)
    return _reference(answers) | {middle.grade_id: Answer(WRONG, repr(body), source)}


# ---- submitting ----


def submit_all(
    course: Course, student: Student, modules: Iterable[Module], folder: Path
) -> list[Path]:
    """What a student does: start a module, solve it, submit. The zips that `tito submit` made.

    modules: those there are; the student hands in what is in `submits`.
    folder: where the student's work folder is made.
    """
    # The marker first: a workspace further up must not be taken for this one.
    (folder / ".tito").mkdir(parents=True)
    zips = []
    for module in modules:
        if module.folder not in student.submits:
            continue
        space = workspace.start(course, module, folder, _silent)
        solve(space.notebook(module), student.answers.get(module.folder, {}))
        zips.append(write_submission(space, module, student.name, _silent))
    return zips


def solve(path: Path, answers: dict[str, Answer]) -> None:
    """Write answers into the solution cells of a student's notebook."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        answer = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        if answer:
            lines = answer.source.splitlines()
            cell.source = "\n".join(line for line in lines if line.strip() not in (BEGIN, END))
    nbformat.write(notebook, path)


def _silent(line: str) -> None:
    pass
