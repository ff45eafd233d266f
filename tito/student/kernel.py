"""A notebook in a fresh kernel of the student's, as every command runs one."""

import os
from pathlib import Path

from jupyter_client.kernelspec import NoSuchKernel
from nbformat import NotebookNode

from tito.errors import Mistake
from tito.kernel.run import Budget, run_notebook
from tito.notebooks import KERNEL
from tito.student.remarks import SESSION

RUNNING = "TINYTORCH_NOTEBOOK_RUNS"  # set in kernels of a check, where `tito.check()` does nothing


def run(notebook: NotebookNode, folder: Path, budget: Budget) -> NotebookNode:
    """The notebook, run in a fresh student's kernel in `folder`.

    Raises: Mistake if the kernel is not installed or does not start.
    """
    try:
        env = {**os.environ, RUNNING: "1"}
        env.pop(SESSION, None)  # nobody has it open, also where `tito.check()` was called in one
        return run_notebook(notebook, folder, KERNEL["name"], budget, env=env)
    except NoSuchKernel:
        raise Mistake(
            "the kernel `tinytorch` is not installed: run `pip install -e .` in the course's folder"
        ) from None
    except RuntimeError as error:
        raise Mistake(
            f"the kernel `tinytorch` does not start ({error}): `tito doctor` looks for the reason"
        ) from error
