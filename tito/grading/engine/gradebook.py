"""nbgrader's gradebook during a run: one connection, a submission whole or not at all, backups.

nbgrader opens the gradebook about nine times a submission, looks at all its tables each time, asks
for each grade by itself, and commits after it. Inside `Book.write` each of those is a session on
one connection that asks for the grades of a notebook once, and what they commit waits for the end:
a run that is killed leaves no submission with half of its marks.
"""

import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

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
KEPT = 10  # backups

# Which submissions were graded from what. It lies in the gradebook, where no submission can write,
# and where it goes back with the marks when a backup is restored. nbgrader passes over it.
_GRADED = Table(
    "tito_graded",
    MetaData(),
    Column("assignment", String, primary_key=True),
    Column("student", String, primary_key=True),
    Column("fingerprint", String, nullable=False),
)


class Book:
    """A gradebook, made if there is none. Only one thread may use it."""

    def __init__(self, url: str, course_id: str):
        self.url, self.course_id = url, course_id
        is_file = make_url(url).get_backend_name() == "sqlite"
        self.path = Path(make_url(url).database) if is_file else None
        options = {"timeout": PATIENCE / 10} if is_file else {}
        self.engine = create_engine(url, connect_args=options)
        self.is_backed_up = False
        self._patiently(self._make)

    def _make(self) -> None:
        if not inspect(self.engine).has_table("course"):
            Gradebook(self.url, self.course_id).close()
        _GRADED.create(self.engine, checkfirst=True)

    def write(self, action: Callable, *args: Any) -> Any:
        """What `action` returns; all that it puts into the gradebook, or nothing if it fails.

        Tried again while another program keeps the gradebook locked, so it must bear repeating.
        Raises: Mistake after `PATIENCE` seconds.
        """
        return self._patiently(self._whole, action, *args)

    def _whole(self, action: Callable, *args: Any) -> Any:
        with self.engine.begin() as connection, _shared(connection):
            return action(*args)

    def _patiently(self, action: Callable, *args: Any) -> Any:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return action(*args)
            except Exception as problem:
                if not _is_locked(problem):
                    raise
                if time.monotonic() > end:
                    raise Mistake(
                        f"{self.path.name} is locked by another program: end what writes to it "
                        "(Formgrader, an editor of databases) or wait, then run the command "
                        "again; nothing is lost"
                    ) from problem
            time.sleep(0.1)

    def graded(self, assignment: str) -> dict[str, str]:
        """{student: fingerprint} of what was graded of an assignment."""
        wanted = select(_GRADED.c.student, _GRADED.c.fingerprint)
        with self.engine.connect() as connection:
            rows = connection.execute(wanted.where(_GRADED.c.assignment == assignment))
            return dict(rows.all())

    def record(self, assignment: str, student: str, fingerprint: str) -> None:
        """Put down from what something was graded; to be called by what `write` does."""
        here = (_GRADED.c.assignment == assignment) & (_GRADED.c.student == student)
        row = {"assignment": assignment, "student": student, "fingerprint": fingerprint}
        with Gradebook(self.url, self.course_id) as gradebook:
            gradebook.db.execute(delete(_GRADED).where(here))
            gradebook.db.execute(insert(_GRADED).values(row))
            gradebook.db.commit()

    def back_up(self) -> None:
        """Copy the gradebook to `backups/` beside it, once a run; the last `KEPT` copies stay."""
        if self.path is None or self.is_backed_up:
            return  # a database server has its own ways
        folder = self.path.parent / "backups"
        folder.mkdir(exist_ok=True)
        made = folder / f"{self.path.stem}-{datetime.now():%Y%m%dT%H%M%S}{self.path.suffix}"
        self._patiently(_copy, self.path, made)
        for old in sorted(folder.glob(f"{self.path.stem}-*{self.path.suffix}"))[:-KEPT]:
            old.unlink()
        self.is_backed_up = True


def _copy(database: Path, to: Path) -> None:
    part = to.with_suffix(".part")
    with (
        closing(sqlite3.connect(database)) as here,
        closing(sqlite3.connect(part)) as there,
    ):
        here.backup(there)
    part.replace(to)


@contextmanager
def _shared(connection: Connection) -> Iterator[None]:
    """Inside, every gradebook that nbgrader opens is a session on this connection.

    It is the way SQLAlchemy documents for joining sessions into one transaction.
    """
    sessions = sessionmaker(bind=connection, join_transaction_mode="rollback_only")

    def enter(self, db_url, course_id="default_course", authenticator=None):
        self.engine, self.db, self.known = connection.engine, scoped_session(sessions), {}
        self.course_id, self.authenticator = course_id, authenticator
        self.check_course(course_id)

    _replace({"__init__": enter, "close": lambda self: self.db.remove()} | _AT_ONCE)
    try:
        yield
    finally:
        _replace(_OWN)


def _replace(methods: dict[str, Callable]) -> None:
    for name, method in methods.items():
        setattr(Gradebook, name, method)


def _at_once(own: Callable, kind: type) -> Callable:
    """nbgrader's method that finds a grade or a comment by the name of its cell, where all of the
    notebook's are read when the first is asked for."""

    def find(self: Gradebook, name: str, *where: str) -> Any:
        key = (kind, *where)
        if key not in self.known:
            notebook = self.find_submission_notebook(*where)
            found = self.db.query(kind).options(joinedload(kind.cell))
            self.known[key] = {one.name: one for one in found.filter_by(notebook_id=notebook.id)}
        return self.known[key].get(name) or own(self, name, *where)

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
