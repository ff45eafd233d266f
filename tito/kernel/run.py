"""Runs a notebook in a kernel and comes back whatever its code does.

Code may loop, swallow interrupts, print without end, end the process or damage the kernel. Each
leaves an error output, with the reason in words, on the cell it happened in and on every graded
cell that did not run, because nbgrader gives full points to a graded cell without outputs.
"""

import copy
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client import AsyncKernelClient, KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output
from traitlets.config import Config

from tito.kernel.probe import FORGED, probe

TIMEOUT, DIED, NOT_RUN = "CellTimeoutError", "KernelDied", "NotRun"
TRUNCATED = "\n... the rest of this cell's output is left out ...\n"


@dataclass(frozen=True)
class Budget:
    """What a notebook may use: seconds a cell and in all, bytes of output kept a cell.

    `grace` is how many seconds a cell has to stop once it is interrupted.
    """

    cell: float = 60
    notebook: float = 600
    grace: float = 5
    output: int = 200_000


def run_notebook(
    notebook: NotebookNode,
    cwd: Path | str,
    kernel_name: str,
    budget: Budget = Budget(),
    config: Config | None = None,
    env: dict[str, str] | None = None,
    watch: Callable[[NotebookNode], str] | None = None,
) -> NotebookNode:
    """The notebook with the outputs of its cells run in order in a fresh kernel.

    cwd: the notebook's folder; the grading kernel tells the module from its name.
    config: traitlets configuration of the kernel and its provisioner.
    env: the kernel's environment, if it is not this process's.
    watch: called with each cell before it runs; it may say why the cell is not to be run.
    Never raises for what the notebook's code does.
    Raises: what Jupyter raises where the kernel cannot be started at all.
    """
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    run = _Run(notebook, budget, watch, kernel_name=kernel_name, config=config or Config())
    with run.setup_kernel(cwd=str(cwd), env=env or dict(os.environ)):
        reason = run.run_cells()
    _finish(notebook, run.done, reason)
    return notebook


def blocked(notebook: NotebookNode, reason: str) -> NotebookNode:
    """The notebook as it is when none of its cells could be run, for the reason given in words."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    _finish(notebook, set(), reason)
    return notebook


def is_graded(cell: NotebookNode) -> bool:
    """Whether nbgrader gives a code cell its points by what it puts out."""
    metadata = cell.metadata.get("nbgrader") or {}
    return cell.cell_type == "code" and bool(metadata.get("grade")) and not metadata.get("solution")


def is_read_only(cell: NotebookNode) -> bool:
    """Whether a code cell is what graded cells share: locked for nbgrader, and not graded."""
    metadata = cell.metadata.get("nbgrader") or {}
    open_to_students = metadata.get("grade") or metadata.get("solution")
    return cell.cell_type == "code" and bool(metadata.get("locked")) and not open_to_students


def failure(kind: str, reason: str) -> NotebookNode:
    """An error output that says in words why a cell has no result."""
    return new_output("error", ename=kind, evalue=reason, traceback=[f"{kind}: {reason}"])


def _finish(notebook: NotebookNode, done: set[int], reason: str) -> None:
    for index, cell in enumerate(notebook.cells):
        if not is_graded(cell):
            continue
        if index not in done and not any(out.output_type == "error" for out in cell.outputs):
            cell.outputs.append(failure(NOT_RUN, reason or "this cell was not run"))
        for out in cell.outputs:
            # nbgrader takes the value of a cell as its points, and the first output decides: a
            # student's function may display what it likes.
            if out.output_type == "execute_result":
                out.output_type = "display_data"
                del out["execution_count"]


class _Run(NotebookClient):
    """nbclient's, with a budget, and without tags that skip a cell. `done` holds what was run."""

    def __init__(
        self,
        notebook: NotebookNode,
        budget: Budget,
        watch: Callable[[NotebookNode], str] | None,
        **options: Any,
    ):
        self.budget, self.watch = budget, watch
        self.done: set[int] = set()
        self.deadline = float("inf")
        self.used = 0
        super().__init__(notebook, **options)
        self.timeout_func = self._seconds  # type: ignore[assignment]  # fractions will do as well
        self.interrupt_on_timeout = self.raise_on_iopub_timeout = self.allow_errors = True
        # A reply comes at once to an interrupt, so this is how long the cell has to stop.
        self.iopub_timeout = max(1, round(budget.grace))
        self.error_on_timeout = {"ename": TIMEOUT, "evalue": TIMEOUT, "traceback": []}
        self.shutdown_kernel = "immediate"
        self.skip_cells_with_tag = secrets.token_hex()  # so that no tag skips a cell
        self.record_timing = self.store_widget_state = False
        self.on_cell_executed = self._record
        self.token = ""

    def create_kernel_manager(self) -> KernelManager:
        """nbclient's, with a client that loses no time."""
        manager = super().create_kernel_manager()
        manager.client_factory = _Client
        return manager

    def run_cells(self) -> str:
        """Run the code cells in order; why it ended early, in words, or nothing."""
        self.deadline = time.monotonic() + self.budget.notebook
        client: Any = self.kc
        self._send, client.execute = client.execute, self._ask
        for index, cell in enumerate(self.nb.cells):
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            if time.monotonic() > self.deadline:
                return f"the notebook did not end within {self.budget.notebook:g} s"
            if self.watch and (why_not := self.watch(cell)):
                cell.outputs.append(failure(NOT_RUN, why_not))
                continue
            self.used = 0
            try:
                if is_graded(cell) and (problem := self._share(cell, index)):
                    cell.outputs.append(failure(NOT_RUN, problem))
                    continue
                self.execute_cell(cell, index)
                self._doubt(cell, index)
            except CellTimeoutError:
                cell.outputs.append(failure(TIMEOUT, f"{self.too_long}, nor when interrupted"))
                return f"{_name(cell, index)} did not stop, so the kernel was ended"
            except DeadKernelError:
                why = f": {reason}" if (reason := self.why_it_died()) else ""
                cell.outputs.append(failure(DIED, f"the kernel died while this cell ran{why}"))
                return f"the kernel died in {_name(cell, index)}{why}"
            except Exception as problem:  # noqa: BLE001 - a damaged kernel may send anything
                cell.outputs.append(
                    failure(DIED, f"the kernel sent a malformed message: {problem}")
                )
                return f"the kernel was damaged in {_name(cell, index)}"
            self.done.add(index)
        return ""

    def why_it_died(self) -> str:
        """What the provisioner of the grading kernel knows, in words."""
        return getattr(self.km and self.km.provisioner, "reason", "")

    def _ask(self, code: str, **options: Any) -> str:
        """Send a cell, with something that is computed at its end, so that the answer is known."""
        self.token = secrets.token_hex(8)
        return self._send(code, user_expressions={"end": repr(self.token)}, **options)

    def _record(self, cell: NotebookNode, cell_index: int, execute_reply: dict) -> None:
        """Put down an error that was reported and not shown, as nbgrader does, or a false reply."""
        content = execute_reply["content"]
        kind = content.get("ename") or "Aborted"
        if content.get("status") == "ok":
            end = content.get("user_expressions", {}).get("end", {})
            if is_graded(cell) and end.get("data") != {"text/plain": repr(self.token)}:
                cell.outputs.append(failure(FORGED, _NO_ANSWER))
        elif kind not in [out.ename for out in _errors(cell)]:
            told = str(content.get("evalue") or "the cell was not run")
            cell.outputs.append(failure(kind, told))

    def _share(self, cell: NotebookNode, index: int) -> str:
        """Define again what graded cells share, since code may have changed it.

        Returns: why that failed, in words, or nothing.
        """
        for shared in [each for each in self.nb.cells if is_read_only(each)]:
            again = new_code_cell(shared.source)
            self.execute_cell(again, index, store_history=False)
            self.nb.cells[index] = cell  # nbclient puts there what was run last
            for out in _errors(again)[:1]:
                return f"what the tests share could not be defined: {out.ename}: {out.evalue}"
        return ""

    def _doubt(self, cell: NotebookNode, index: int) -> None:
        """Take the points of a graded cell that passed where a wrong answer would pass as well."""
        if not is_graded(cell) or _errors(cell):
            return
        question, words = probe()
        asked = new_code_cell(question)
        self.execute_cell(asked, index, store_history=False)
        self.nb.cells[index] = cell  # nbclient puts there what was run last
        if [(out.ename, out.evalue) for out in _errors(asked)] != [("Probe", words)]:
            cell.outputs.append(failure(FORGED, _NO_FAILURE))

    def output(
        self, outs: list[NotebookNode], msg: dict[str, Any], display_id: str | None, cell_index: int
    ) -> NotebookNode | None:
        """Keep an output while the cell is within its limit; errors are kept in short."""
        content = msg["content"]
        room = self.budget.output - self.used
        self.used += _size(content)
        if msg["msg_type"] == "error":
            content["evalue"] = str(content.get("evalue"))[:20_000]
            content["traceback"] = [str(line)[:20_000] for line in content.get("traceback", [])][
                :100
            ]
        elif self.used > self.budget.output:
            if room <= 0:
                return None
            content = {"name": "stdout", "text": str(content.get("text", ""))[:room] + TRUNCATED}
            msg = {**msg, "msg_type": "stream", "content": content}
            msg["header"], display_id = {**msg["header"], "msg_type": "stream"}, None
        out = super().output(outs, msg, display_id, cell_index)
        if len(outs) > 1 and out is outs[-1] and _is_stream(out) and _is_stream(outs[-2]):
            outs[-2].text += outs.pop().text
        return out

    def clear_output(self, outs: list[NotebookNode], msg: dict[str, Any], cell_index: int) -> None:
        """Clear what was shown, but no error."""
        errors = [out for out in outs if out.output_type == "error"]
        super().clear_output(outs, msg, cell_index)
        outs[:] = outs or errors

    def _seconds(self, cell: NotebookNode) -> float:
        """How long a cell may run from now on; also what is said if it runs longer."""
        left = self.deadline - time.monotonic()
        self.too_long = f"stopped: the cell did not end within {self.budget.cell:g} s"
        if left < self.budget.cell:
            self.too_long = f"stopped: the notebook did not end within {self.budget.notebook:g} s"
        self.error_on_timeout["evalue"] = self.too_long
        return max(0.1, min(self.budget.cell, left))


class _Client(AsyncKernelClient):
    """Jupyter's, which is ready when the kernel is idle after its first answer: its own listens for
    a fifth of a second whether more comes."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        end = time.monotonic() + (timeout or float("inf"))
        while not await self._answered(self.kernel_info()):
            if not await self.is_alive():
                raise RuntimeError("the kernel died before it answered")
            if time.monotonic() > end:
                raise RuntimeError(f"the kernel did not answer within {timeout:g} s")

    async def _answered(self, asked: str) -> bool:
        """Whether the answer came, and on IOPub that it was given: it is known to be connected."""
        try:
            while _about(reply := await self.get_shell_msg(timeout=1)) != asked:
                pass
            self._handle_kernel_info_reply(reply)
            while True:
                told = await self.get_iopub_msg(timeout=1)
                if _about(told) == asked and told["content"].get("execution_state") == "idle":
                    return True
        except Empty:
            return False


def _about(message: dict) -> str | None:
    """Which request a message belongs to."""
    return message["parent_header"].get("msg_id")


def _size(content: dict) -> int:
    """About how many bytes an output takes, and something for having one at all."""
    return 100 + len(str(content.get("text", ""))) + len(str(content.get("data", "")))


def _is_stream(out: NotebookNode) -> bool:
    return out.output_type == "stream" and out.name == "stdout"


def _name(cell: NotebookNode, index: int) -> str:
    grade_id = (cell.metadata.get("nbgrader") or {}).get("grade_id")
    return f"cell {index + 1}" + (f" ({grade_id})" if grade_id else "")


def _errors(cell: NotebookNode) -> list[NotebookNode]:
    return [out for out in cell.outputs if out.output_type == "error"]


_NO_FAILURE = "the checks no longer fail where they must, so this cell gets no points"
_NO_ANSWER = "the kernel's answer did not come from running it, so this cell gets no points"
