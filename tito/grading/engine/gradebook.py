"""nbgrader's gradebook during a run: one session a step, a submission whole or not at all, backups.

nbgrader opens the gradebook ten times a submission, looks at all its tables each time,
asks for each grade by itself, and commits after it. Inside `Book.transaction` all of those are one
session that asks for the grades of a notebook once, and what they commit waits for the end: a run
that is killed leaves no submission with half of its points.
"""

import fcntl
import functools
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from nbgrader.api import Comment, Grade, Gradebook
from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    String,
    Table,
    create_engine,
    delete,
    insert,
    inspect,
    make_url,
    select,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload, scoped_session, sessionmaker

from tito.errors import Mistake

PATIENCE = 60.0  # seconds that another program may keep the gradebook locked
BACKUPS = 10  # that are kept

# Which submissions were graded from what. It lies in the gradebook, where no submission can write,
# and where it goes back with the marks when a backup is restored. nbgrader passes over it.
_GRADED = Table(
    "tito_graded",
    MetaData(),
    Column("assignment", String, primary_key=True),
    Column("student", String, primary_key=True),
    Column("fingerprint", String, nullable=False),
)


Given = ParamSpec("Given")
Made = TypeVar("Made")


class Locked(Mistake):
    """Another program keeps the gradebook locked."""


def patient(action: Callable[Given, Made]) -> Callable[Given, Made]:
    """Begin an action again while the gradebook is locked: it must bear repeating.

    Raises: Locked after `PATIENCE` seconds.
    """

    @functools.wraps(action)
    def until_done(*args: Given.args, **options: Given.kwargs) -> Made:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return action(*args, **options)
            except Locked:
                if time.monotonic() > end:
                    raise
            time.sleep(0.1)

    return until_done


class Book:
    """A gradebook, made if there is none. Only one thread may use it."""

    def __init__(self, url: str, course_id: str):
        self.url, self.course_id = url, course_id
        place = make_url(url)
        is_file = place.get_backend_name() == "sqlite"
        self.path = Path(place.database) if is_file and place.database else None
        options = {"timeout": PATIENCE / 10} if is_file else {}
        self.engine = create_engine(url, connect_args=options)
        self.is_backed_up = False
        self._make()

    @patient
    def _make(self) -> None:
        with self._lock_is_told():
            if not inspect(self.engine).has_table("course"):
                Gradebook(self.url, self.course_id).close()
            _GRADED.create(self.engine, checkfirst=True)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All that is put into the gradebook inside is saved at the end, or nothing if it fails.

        Raises: Locked.
        """
        with (
            self._lock_is_told(),
            self.engine.begin() as connection,
            _one_session(connection),
        ):
            yield connection

    @contextmanager
    def _lock_is_told(self) -> Iterator[None]:
        try:
            yield
        except Exception as problem:
            if not _is_locked(problem):
                raise
            name = self.path.name if self.path else "the gradebook"
            raise Locked(
                f"{name} is locked by another program: end what writes to it "
                "(Formgrader, an editor of databases) or wait, then run the command "
                "again; nothing is lost"
            ) from problem

    def graded(self, assignment: str) -> dict[str, str]:
        """{student: fingerprint} of what was graded of an assignment."""
        wanted = select(_GRADED.c.student, _GRADED.c.fingerprint)
        with self.engine.connect() as connection:
            rows = connection.execute(wanted.where(_GRADED.c.assignment == assignment))
            return dict(rows.all())

    def record(
        self, connection: Connection, assignment: str, student: str, fingerprint: str
    ) -> None:
        """Put down, in a transaction, from what something was graded."""
        here = (_GRADED.c.assignment == assignment) & (_GRADED.c.student == student)
        row = {"assignment": assignment, "student": student, "fingerprint": fingerprint}
        connection.execute(delete(_GRADED).where(here))
        connection.execute(insert(_GRADED).values(row))

    @patient
    def back_up(self) -> None:
        """Copy the gradebook to `backups/` beside it, once a run; the last `BACKUPS` stay."""
        if self.path is None or self.is_backed_up:
            return  # a database server has its own ways
        folder = self.path.parent / "backups"
        folder.mkdir(exist_ok=True)
        made = folder / f"{self.path.stem}-{datetime.now():%Y%m%dT%H%M%S}{self.path.suffix}"
        with self._lock_is_told():
            _copy_database(self.path, made)
        for old in sorted(folder.glob(f"{self.path.stem}-*{self.path.suffix}"))[:-BACKUPS]:
            old.unlink()
        self.is_backed_up = True


def _copy_database(database: Path, to: Path) -> None:
    part = to.with_suffix(".part")
    with (
        closing(sqlite3.connect(database)) as here,
        closing(sqlite3.connect(part)) as there,
    ):
        here.backup(there)
    part.replace(to)


@contextmanager
def _one_session(connection: Connection) -> Iterator[None]:
    """Inside, every gradebook that nbgrader opens is the same session on this connection.

    It is the way SQLAlchemy documents for joining a session into a transaction.
    """
    session = scoped_session(sessionmaker(connection, join_transaction_mode="rollback_only"))
    courses: set[str] = set()
    found: dict[tuple, dict] = {}

    def enter(
        self: Gradebook, db_url: str, course_id: str = "default_course", authenticator: Any = None
    ) -> None:
        self.engine, self.db, self.found = connection.engine, session, found
        self.course_id, self.authenticator = course_id, authenticator
        if course_id not in courses:
            self.check_course(course_id)
            courses.add(course_id)

    _replace_methods({"__init__": enter, "close": lambda self: None, **_AT_ONCE})
    try:
        yield
    finally:
        _replace_methods(_OWN)
        session.remove()


def _replace_methods(methods: dict[str, Callable]) -> None:
    for name, method in methods.items():
        setattr(Gradebook, name, method)


def _at_once(own: Callable, kind: Any) -> Callable:
    """nbgrader's method that finds a grade or a comment by the name of its cell, where all of the
    notebook's are read when the first is asked for."""

    def find(self: Gradebook, name: str, *where: str) -> Any:
        key = (kind, *where)
        if key not in self.found:
            notebook = self.find_submission_notebook(*where)
            rows = self.db.query(kind).options(joinedload(kind.cell))
            self.found[key] = {row.name: row for row in rows.filter_by(notebook_id=notebook.id)}
        return self.found[key].get(name) or own(self, name, *where)

    return find


_AT_ONCE = {
    "find_grade": _at_once(Gradebook.find_grade, Grade),
    "find_comment": _at_once(Gradebook.find_comment, Comment),
}
_OWN = {name: vars(Gradebook)[name] for name in ("__init__", "close", *_AT_ONCE)}


def _is_locked(problem: BaseException | None) -> bool:
    """Whether a lock is behind it; nbgrader raises errors of its own in its place."""
    while problem is not None:
        if isinstance(problem, OperationalError | sqlite3.OperationalError):
            return "locked" in str(problem)
        problem = problem.__cause__ or problem.__context__
    return False


@contextmanager
def alone(gradebook: Path) -> Iterator[None]:
    """Keep a second run away from a gradebook while this one works on it.

    The system takes the lock back when a process ends, however it ends.
    Raises: Mistake if another run has it.
    """
    with gradebook.with_name(gradebook.name + ".lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise Mistake(
                f"another `tito grade` (process {file.read()}) is at work on {gradebook}: "
                "wait until it has ended"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
