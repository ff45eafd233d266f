"""Runs variants of a module's cells without a kernel: the worker behind `tito mutants`.

Started as a script with a plan on standard input; writes one line of JSON a cell on standard
output, and one when a trial is done. It executes the cells in order and, before the first cell that
a trial changes, forks a child for that trial, so that everything up to there is already done. Each
graded cell runs in a fork of its own: it sees what the student's cells left and nothing of other
graded cells, and whatever it does to the process (a loop, an exit, a crash) costs that cell alone.

The plan: {"cells": [{"name", "source", "graded"}], "trials": [{"name", "changes": {index: source},
"own": [names]}], "limit": seconds a cell, "memory": bytes, "package": the folder it lies in}.
"""

import contextlib
import importlib.util
import json
import linecache
import os
import resource
import signal
import sys
import traceback
import types
from pathlib import Path

# After a first time-out a trial's other cells get less, so that one endless loop costs one limit.
SECOND_LIMIT = 1.0
# Errors that a slip of the pen in a variant causes: they say nothing about the tests.
SLIPS = (NameError, ImportError, SyntaxError)
DONE = 77  # the status of a child that came to its end: code under test may exit with 0


def in_child(work) -> dict | None:
    """Call `work()` in a fork; how it died as an outcome and a message, None if it did not.

    What it began ends with it.
    """
    child = os.fork()
    if child == 0:
        status = 70
        try:
            os.setsid()
            os.dup2(1, 2)
            work()
            status = DONE
        finally:
            os._exit(status)
    try:
        _, status = os.waitpid(child, 0)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
    return _death(status)


def _death(status: int) -> dict | None:
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == DONE:
        return None
    if os.WIFEXITED(status):
        cause = f"died: it ended the process with status {os.WEXITSTATUS(status)}"
    elif os.WTERMSIG(status) == signal.SIGALRM:
        cause = "timeout: it was still running when its time was up"
    else:
        cause = f"died: the process was killed by {signal.Signals(os.WTERMSIG(status)).name}"
    return {"outcome": cause.partition(":")[0], "message": cause}


def run(cell: dict, namespace: dict, limit: float, changed: str) -> dict:
    """Execute a cell: its outcome. After `limit` seconds SIGALRM kills this process.

    changed: the file of the cell that the trial changes.
    """
    name, source = file_of(cell), cell["source"]
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        exec(compile(source, name, "exec", dont_inherit=True), namespace)
    except BaseException as error:  # noqa: BLE001 - SystemExit is an outcome like any other
        text, kind = str(error)[:1500], type(error).__name__
        message = text if kind == "AssertionError" and text else f"{kind}: {text}".rstrip(": ")
        return {"outcome": "failed", "message": message, "slip": slip(error, changed)}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return {"outcome": "passed"}


def file_of(cell: dict) -> str:
    return f"<cell {cell['name']}>"


def slip(error: BaseException, changed: str) -> str:
    """The slip of the pen in the cell `changed` that led to this error; "" if there is none."""
    for _ in range(20):
        files = [frame.f_code.co_filename for frame, _ in traceback.walk_tb(error.__traceback__)]
        inside = [file for file in files if file.startswith("<cell ")][-1:] == [changed]
        missing = isinstance(error, AttributeError) and str(error).startswith("module ")
        if inside and (isinstance(error, SLIPS) or missing):
            return f"{type(error).__name__}: {error}"
        error = error.__cause__ or error.__context__
        if error is None:
            break
    return ""


def run_trial(plan: dict, start: int, trial: dict, namespace: dict, send) -> None:
    """Run the cells from `start` on, with the trial's changes, and send a record a cell."""
    limit, timed_out = plan["limit"], False
    changed = file_of(plan["cells"][start])
    for index, cell in enumerate(plan["cells"][start:], start):
        cell = {**cell, "source": trial["changes"].get(str(index), cell["source"])}

        def attempt(cell=cell, limit=limit) -> None:
            send(trial["name"], cell["name"], run(cell, namespace, limit, changed))

        if not cell["graded"]:
            send(trial["name"], cell["name"], {"outcome": "died"})  # unless it says otherwise
            attempt()
        elif timed_out and cell["name"] not in trial["own"]:
            send(trial["name"], cell["name"], {"outcome": "not run"})
        elif death := in_child(attempt):
            send(trial["name"], cell["name"], death)
            if death["outcome"] == "timeout":
                limit, timed_out = SECOND_LIMIT, True


def run_trials(plan: dict, send) -> None:
    """Run the cells and, before the first cell that a trial changes, a fork for that trial."""
    check_package(plan["package"])
    resource.setrlimit(resource.RLIMIT_AS, (plan["memory"], plan["memory"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.modules["__main__"] = main = types.ModuleType("__main__")  # as in a kernel
    waiting = list(plan["trials"])
    for index, cell in enumerate(plan["cells"]):
        for trial in [t for t in waiting if not t["changes"] or str(index) in t["changes"]]:
            waiting.remove(trial)
            death = in_child(lambda i=index, t=trial: run_trial(plan, i, t, vars(main), send))
            send(trial["name"], "", death or {})
        if not waiting:
            return
        if not cell["graded"]:
            run(cell, vars(main), plan["limit"], "")


def check_package(package: str) -> None:
    """The modules before this one must come from the course, not from another installation."""
    found = importlib.util.find_spec("tinytorch")
    if found is None or Path(package).resolve() not in Path(found.origin).resolve().parents:
        raise ImportError(f"tinytorch is imported from {found and found.origin}, not {package}")


def work(run_trials) -> None:
    """Call `run_trials(plan, send)`: the plan is standard input, what is sent goes out as JSON.

    What the code under test prints goes nowhere; the records go where standard output went.
    """
    plan = json.load(sys.stdin)
    results, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)

    def send(trial: str, cell: str, record: dict) -> None:
        # Forks write here too, one at a time, as each is waited for.
        line = json.dumps({"trial": trial, "cell": cell, **record}) + "\n"
        os.write(results, line.encode())

    run_trials(plan, send)


if __name__ == "__main__":
    work(run_trials)
