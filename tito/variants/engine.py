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
from typing import Any

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
    if not missing:
        return done, []
    reasons = "; ".join(sorted(ends - {""}))
    return done, [f"{missing} of {len(rows)} runs did not end: {reasons}"]


def _work(folder: Path, tell: Callable[..., None], plan: dict) -> str:
    """Run a plan in a process, tell each record, and return what ended it early, if any."""
    # -P: the folder of the script must not be importable, only what PYTHONPATH says.
    command = [sys.executable, "-P", str(WORKER)]
    environment = {**os.environ, **SETTINGS, "PYTHONPATH": str(folder)}
    pipes: dict[str, Any] = {
        "stdin": subprocess.PIPE,
        "stdout": subprocess.PIPE,
        "text": True,
        "encoding": "utf-8",
    }
    with tempfile.TemporaryDirectory() as cwd, tempfile.TemporaryFile("w+") as stderr:
        with subprocess.Popen(command, stderr=stderr, env=environment, cwd=cwd, **pipes) as worker:
            assert worker.stdin is not None, "a pipe"
            assert worker.stdout is not None, "a pipe"
            worker.stdin.write(json.dumps(plan))
            worker.stdin.close()
            for line in worker.stdout:
                tell(**json.loads(line))
        stderr.seek(0)
        lines = stderr.read().splitlines()
    return (lines or [f"exit status {worker.returncode}"])[-1] if worker.returncode else ""
