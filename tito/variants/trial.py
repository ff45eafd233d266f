"""Runs variants of a module's cells without a kernel: the worker behind `tito mutants`.

Started as a script with a plan on standard input; writes one line of JSON a cell on standard
output. It executes the cells in order and, before the first cell that a trial changes, forks a
child for that trial, so that everything up to there is already done. Each graded cell runs in a
fork of its own: it sees what the student's cells left and nothing of other graded cells, and
whatever it does to the process (a loop, an exit, a crash) costs that cell alone. POSIX only.

The plan: {"cells": [{"name", "source", "graded"}], "trials": [{"name", "changes": {index: source},
"own": [names]}], "limit": seconds a cell, "memory": bytes, "package": the folder it lies in}.
"""

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


def file_of(cell: dict) -> str:
    return f"<cell {cell['name']}>"


def fresh_namespace() -> dict:
    """The namespace of a new `__main__`, as in a kernel."""
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main
    return main.__dict__


def run(cell: dict, namespace: dict) -> BaseException | None:
    """Execute a cell: the error it raised, if any."""
    lines = cell["source"].splitlines(keepends=True)
    linecache.cache[file_of(cell)] = (len(cell["source"]), None, lines, file_of(cell))
    try:
        exec(compile(cell["source"], file_of(cell), "exec", dont_inherit=True), namespace)
    except BaseException as error:  # noqa: BLE001 - SystemExit is an outcome like any other
        return error
    return None


def run_limited(cell: dict, namespace: dict, limit: float) -> dict:
    """Execute a cell in this process, which is killed by SIGALRM after `limit` seconds."""
    signal.setitimer(signal.ITIMER_REAL, limit)
    error = run(cell, namespace)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return outcome(error)


def outcome(error: BaseException | None, changed: str = "") -> dict:
    if error is None:
        return {"outcome": "passed", "message": ""}
    text = str(error)[:1500]
    name = type(error).__name__
    message = text if name == "AssertionError" and text else f"{name}: {text}".rstrip(": ")
    return {"outcome": "failed", "message": message, "slip": slip(error, changed)}


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


def in_child(work, limit: float = 0.0) -> tuple[list[dict], str]:
    """What `work(send)` sent from a forked child, and how the child died ("" if it did not)."""
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        status = 70
        try:
            os.close(receive)
            os.dup2(1, 2)
            signal.setitimer(signal.ITIMER_REAL, limit)
            work(lambda record: os.write(send, json.dumps(record).encode() + b"\n"))
            os.write(send, b'"end"\n')
            status = 0
        finally:
            os._exit(status)
    os.close(send)
    with os.fdopen(receive) as lines:
        records = [json.loads(line) for line in lines]
    _, status = os.waitpid(child, 0)
    if records and records[-1] == "end":
        return records[:-1], ""
    return records, cause_of_death(status)


def cause_of_death(status: int) -> str:
    if not os.WIFSIGNALED(status):
        return f"died: it ended the process with status {os.WEXITSTATUS(status)}"
    number = os.WTERMSIG(status)
    if number == signal.SIGALRM:
        return "timeout: it was still running when its time was up"
    return f"died: the process was killed by {signal.Signals(number).name}"


def judge(cell: dict, namespace: dict, limit: float, changed: str) -> dict:
    """Run a graded cell in a fork: it cannot lean on, or harm, what comes after it."""
    records, death = in_child(lambda send: send(outcome(run(cell, namespace), changed)), limit)
    if death:
        return {"outcome": death.split(":")[0], "message": death}
    return records[0]


def run_trial(plan: dict, start: int, trial: dict, namespace: dict, send) -> None:
    """Run the cells from `start` on, with the trial's changes, and send a record a cell."""
    cells, limit = plan["cells"], plan["limit"]
    changes = {int(index): source for index, source in trial["changes"].items()}
    changed = file_of(cells[start])
    timed_out = False
    for index in range(start, len(cells)):
        cell = {**cells[index], "source": changes.get(index, cells[index]["source"])}
        if not cell["graded"]:
            record = run_limited(cell, namespace, limit)
        elif timed_out and cell["name"] not in trial["own"]:
            record = {"outcome": "not run", "message": "not run after a time-out"}
        else:
            record = judge(cell, namespace, SECOND_LIMIT if timed_out else limit, changed)
            timed_out = timed_out or record["outcome"] == "timeout"
        send({"trial": trial["name"], "cell": cell["name"], **record})


def fork_trial(plan: dict, start: int, trial: dict, namespace: dict) -> list[dict]:
    """The records of one trial, complete even if its process died on the way."""
    records, death = in_child(lambda send: run_trial(plan, start, trial, namespace, send))
    if death:
        at, *unreached = [cell["name"] for cell in plan["cells"][start + len(records) :]]
        kind = death.split(":")[0]
        messages = [death] + [f"{death}, in the cell {at!r}" for _ in unreached]
        records += [
            {"trial": trial["name"], "cell": name, "outcome": kind, "message": message}
            for name, message in zip((at, *unreached), messages, strict=True)
        ]
    return records


def check_package(package: str) -> None:
    """The modules before this one must come from the course, not from another installation."""
    found = importlib.util.find_spec("tinytorch")
    if found is None or Path(package).resolve() not in Path(found.origin).resolve().parents:
        raise ImportError(f"tinytorch is imported from {found and found.origin}, not {package}")


def main() -> None:
    plan = json.load(sys.stdin)
    check_package(plan["package"])
    # What cells print goes nowhere; the records go where standard output went.
    results, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    resource.setrlimit(resource.RLIMIT_AS, (plan["memory"], plan["memory"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    namespace = fresh_namespace()
    waiting = list(plan["trials"])
    for index, cell in enumerate(plan["cells"]):
        for trial in [t for t in waiting if not t["changes"] or str(index) in t["changes"]]:
            waiting.remove(trial)
            for record in fork_trial(plan, index, trial, namespace):
                os.write(results, json.dumps(record).encode() + b"\n")
        if not waiting:
            return
        if not cell["graded"]:
            run_limited(cell, namespace, plan["limit"])


if __name__ == "__main__":
    main()
