"""Runs trials in two processes of their own, and collects what they say."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tito.errors import Mistake
from tito.variants.report import Result

WORKERS = 2
WORKER = Path(__file__).with_name("worker.py")
SETTINGS = {
    **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTEST_ADDOPTS": "",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
}
Progress = Callable[[int, int], None]
Rows = dict[str, dict[str, Result]]


def run(plan: dict, folder: Path, progress: Progress | None) -> tuple[Rows, list[str]]:
    """What each trial of a plan said, by its name, and a sentence if some did not end.

    folder: where the code under test imports from. Raises: Mistake where nothing can be forked.
    """
    if not hasattr(os, "fork"):
        raise Mistake("tito mutants needs os.fork: run it on Linux, macOS or WSL")
    rows: Rows = {trial["name"]: {} for trial in plan["trials"]}
    done: Rows = {}

    def tell(trial: str, cell: str, **result: str) -> None:
        if cell:
            rows[trial][cell] = Result(**result)
        else:
            done[trial] = rows[trial]
            if progress:
                progress(len(done), len(rows))

    shares = [{**plan, "trials": plan["trials"][k::WORKERS]} for k in range(WORKERS)]
    with ThreadPoolExecutor(WORKERS) as pool:
        ends = set(pool.map(partial(_work, folder, tell), shares))
    missing = len(rows) - len(done)
    reasons = "; ".join(sorted(ends - {""}))
    problem = f"{missing} of {len(rows)} runs did not end: {reasons}"
    return done, [problem] if missing else []


def _work(path: Path, tell: Callable[..., None], plan: dict) -> str:
    """Run a plan in a process, tell each record, and return what ended it early, if any."""
    environment = {**os.environ, **SETTINGS, "PYTHONPATH": str(path)}
    command = [sys.executable, "-P", str(WORKER)]  # -P: nothing is imported from its folder
    started = partial(subprocess.Popen, command, stdout=subprocess.PIPE, env=environment, text=True)
    temporary = partial(tempfile.TemporaryFile, "w+", encoding="utf-8", errors="replace")
    with tempfile.TemporaryDirectory() as cwd, temporary() as stdin, temporary() as stderr:
        json.dump(plan, stdin)
        stdin.seek(0)
        with started(stdin=stdin, stderr=stderr, cwd=cwd) as worker:
            for line in worker.stdout or ():
                tell(**json.loads(line))
        stderr.seek(0)
        lines = stderr.read().splitlines()
    return (lines or [f"exit status {worker.returncode}"])[-1] if worker.returncode else ""
