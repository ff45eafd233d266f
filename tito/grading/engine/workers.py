"""Who executes notebooks: processes of this machine, or a Dask cluster.

Each is a `concurrent.futures.Executor`. What fails there (the system killed the worker, its machine
went away, a kernel did not start) is run again, alone, so that a submission that takes its worker
along costs no other one its tries. What a student's code does is no failure: `execute` returns.
"""

import functools
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from tito.course import Course, here
from tito.errors import Mistake
from tito.grading.engine import fingerprint
from tito.grading.engine.execute import Settings, execute

TRIES = 3  # of what failed, alone
AHEAD = 2  # submissions that are ready or at work, for each worker


@dataclass
class Task:
    """A sanitised notebook to be executed: its JSON, its folder, and how.

    `tools` are the fingerprints of the course here; `about` is the caller's.
    """

    notebook: str
    folder: str
    settings: Settings
    tools: Mapping[str, str]
    about: Any = None


@dataclass
class Workers:
    """`size` workers behind an executor. A broken one is replaced by what `start` gives.

    far: whether workers may have another copy of the course.
    """

    start: Callable[[], Executor]
    size: int
    far: bool = False
    executor: Executor | None = field(default=None, init=False)

    def submit(self, task: Task) -> Future:
        """Have the task worked on."""
        if self.executor is None:
            self.executor = self.start()
        expected = task.tools if self.far else {}
        given = (task.notebook, task.folder, task.settings, expected)
        try:
            return self.executor.submit(work, *given)
        except BrokenExecutor:
            self.executor = self.start()
            return self.executor.submit(work, *given)

    def outcomes(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Future]]:
        """Each task with its ended future, in the order in which they end.

        Tasks are taken as workers get free, so that memory does not grow with their number.
        Raises: Mistake if a worker cannot work on anything.
        """
        waiting: dict[Future, Task] = {}
        failed: list[Task] = []
        for task in tasks:
            waiting[self.submit(task)] = task
            if len(waiting) >= AHEAD * self.size:
                yield from self._ended(waiting, failed)
        while waiting:
            yield from self._ended(waiting, failed)
        for task in failed:
            yield task, self._alone(task)

    def _ended(self, waiting: dict[Future, Task], failed: list[Task]) -> Iterator:
        for future in wait(waiting, return_when=FIRST_COMPLETED).done:
            task = waiting.pop(future)
            if _has_failed(future):
                failed.append(task)
            else:
                yield task, future

    def _alone(self, task: Task) -> Future:
        for _ in range(TRIES):
            future = self.submit(task)
            wait([future])
            if not _has_failed(future):
                break
        return future


def _has_failed(future: Future) -> bool:
    """Whether something other than the submission kept it from being executed.

    Raises: Mistake if it would keep the others from that, too.
    """
    if future.cancelled():
        raise Mistake("the workers are gone: start them and run the command again")
    problem = future.exception()
    if isinstance(problem, Mistake):
        raise problem
    return problem is not None


# ---- on the worker ----


def work(
    notebook: str, folder: str, settings: Settings, expected: Mapping[str, str]
) -> tuple[str, float]:
    """The executed notebook, and the seconds that took.

    expected: the fingerprints of the course; empty if the worker uses the very same files.
    Raises: Mistake if the course on this machine is another.
    """
    begun = time.perf_counter()
    if expected:
        settings = at_home(settings, folder, expected)
    return execute(notebook, folder, settings), time.perf_counter() - begun


def at_home(settings: Settings, folder: str, expected: Mapping[str, str]) -> Settings:
    """The settings with the course as it lies on this machine: in the folder in which it lies where
    `tito grade` runs, or else where this machine's `tito` comes from."""
    course = settings.course
    if course is None or not course.root.is_dir():
        course = Course(here().root, course.catalog) if course else here()
    found = _tools(course, folder)
    others = [name for name in expected if found.get(name) != expected[name]]
    if others:
        raise Mistake(
            f"the worker on {os.uname().nodename}, with the course in {course.root}, differs from "
            f"this machine in {', '.join(others)}: bring it to the same state and start it again"
        )
    return replace(settings, course=course)


_KNOWN: dict[tuple, dict[str, str]] = {}  # a worker lives as long as the course stays the same


def _tools(course: Course, folder: str) -> dict[str, str]:
    key = (course.root, folder)
    if key not in _KNOWN:
        (module,) = [module for module in course.modules if module.folder == folder]
        _KNOWN[key] = fingerprint.of_course(course, module)
    return _KNOWN[key]


# ---- processes of this machine ----


@contextmanager
def processes(jobs: int) -> Iterator[Workers]:
    """`jobs` processes, ended at the end, whatever they are at."""
    context = multiprocessing.get_context("forkserver")  # a fork of this one would share sockets
    context.set_forkserver_preload(["tito.grading.engine.execute"])
    before = set(multiprocessing.active_children())
    start = functools.partial(ProcessPoolExecutor, jobs, mp_context=context, initializer=_obey)
    workers = Workers(start, jobs)
    try:
        yield workers
    finally:
        if workers.executor is not None:
            workers.executor.shutdown(wait=False, cancel_futures=True)
            for process in set(multiprocessing.active_children()) - before:
                process.terminate()
            workers.executor.shutdown()


def _obey() -> None:
    """End with the parent and when it says so, and not by Ctrl-C, which all processes get."""
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # kernels are ended on the way
    threading.Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None, "a worker is a child"
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(5)
    os._exit(1)  # it waits for more to do, and nobody is left to give it any


# ---- a cluster ----


@contextmanager
def dask(address: str) -> Iterator[Workers]:
    """The workers of a Dask cluster, by the address of its scheduler.

    Raises: Mistake if Dask is not installed, or there is no such cluster, or it has no workers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise Mistake(
            "grading on a cluster needs Dask, which is not installed: "
            "run `pip install -e .[cluster]` in the course's folder"
        ) from None
    try:
        client = Client(address, set_as_default=False)
    except (OSError, ValueError, TypeError) as problem:
        raise Mistake(f"no Dask scheduler answers at {address}: {problem}") from problem
    with client:
        size = sum(client.nthreads().values())
        if not size:
            raise Mistake(f"the Dask scheduler at {address} has no workers: start some")
        start = functools.partial(client.get_executor, pure=False)
        yield Workers(start, size, far=True)


def named(executor: str | None, jobs: int | None) -> AbstractContextManager[Workers]:
    """The workers that the command line asks for, as a context.

    Raises: Mistake if it is not understood.
    """
    if jobs is not None and jobs < 1:
        raise Mistake(f"--jobs {jobs} is no number of processes: give 1 or more")
    if executor is None:
        return processes(jobs or len(os.sched_getaffinity(0)))
    kind, _, address = executor.partition("=")
    if kind != "dask" or not address:
        raise Mistake(f"--executor {executor} is not known: give dask=tcp://HOST:8786")
    if jobs is not None:
        raise Mistake("--jobs is for this machine, and a cluster has its own workers: leave it out")
    return dask(address)
