"""Starts the isolated kernel in which submissions are graded.

It is forked by the server of its module (see `client`), in the best jail that the system allows
(see `levels`). Its path is the package tree of its module, the standard library and site-packages,
the last two as links to all they hold but what leads to the course: the installed package, `.pth`
files and the import hooks of editable installs. Nothing of the caller's environment is passed on.
"""

import asyncio
import contextlib
import os
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Bool, Instance, Integer, Unicode, default

from tito import course as courses
from tito.catalog import Module
from tito.course import Course
from tito.errors import Mistake
from tito.kernel.sandbox import levels
from tito.kernel.sandbox.limits import Limits
from tito.kernel.server import client, sockets


class GradingProvisioner(LocalProvisioner):
    """A local kernel that sees nothing of the module it grades, nor of later ones.

    The module is told from the name of the notebook's folder, `01_tensor`.
    """

    course = Instance(Course, help="The course whose modules are graded.").tag(config=True)
    jail = Unicode("auto", help="namespaces, bubblewrap, rlimits, or auto: the best there is.").tag(
        config=True
    )
    memory = Integer(Limits.memory, help="Bytes of memory of a submission.").tag(config=True)
    processes = Integer(Limits.processes, help="Processes and threads.").tag(config=True)
    file_size = Integer(Limits.file, help="Bytes of a file.").tag(config=True)
    disk = Integer(Limits.disk, help="Bytes written to disk, in all.").tag(config=True)
    seconds = Integer(Limits.seconds, help="Seconds of computing a process.").tag(config=True)
    figures = Bool(
        False, help="Whether figures are drawn, which no mark depends on and takes a while."
    ).tag(config=True)
    # Of `subprocess.Popen` it has what Jupyter calls.
    process: client.Kernel | None = None  # type: ignore[assignment]
    server: client.Server
    scratch: Path | None = None

    @default("course")
    def _course_default(self) -> Course:
        return courses.here()

    @property
    def reason(self) -> str:
        """Why the kernel ended, in words; nothing if it is not known or still runs."""
        return self.process.reason if self.process else ""

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Find or start the server of the module, and have the sockets in a folder it shares."""
        module = module_of(self.course, Path(kwargs.get("cwd") or os.getcwd()))
        resources = Limits(
            memory=self.memory,
            processes=self.processes,
            file=self.file_size,
            disk=self.disk,
            seconds=self.seconds,
        )
        rung = levels.level(self.jail).name
        self.server = client.server(self.course, module, rung, resources, self.kernel_spec.env)
        if self.scratch is None:  # else it is a restart
            self.scratch = self.server.scratch()
            manager: Any = self.parent
            manager.transport, manager.ip = "ipc", str(self.scratch / "kernel")
            manager.connection_file = str(self.scratch / sockets.CONNECTION_FILE)
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Ask the server for a kernel, and wait until it is ready."""
        assert self.scratch is not None, "pre_launch comes first"
        options = cmd[cmd.index("-f") :]
        self.process = await asyncio.to_thread(
            self.server.start, self.scratch, options, self.figures
        )
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """End the kernel, and wait: Jupyter looks only every tenth of a second whether it has."""
        await super().kill(restart)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.wait(), 5)

    async def wait(self) -> int | None:
        """Wait until nothing of the kernel is left; without Jupyter's tenth of a second."""
        while self.process and self.process.poll() is None:
            await asyncio.sleep(0.005)
        return await super().wait()

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the kernel's folder with the rest."""
        await super().cleanup(restart=restart)
        if self.scratch is not None and not restart:
            levels.remove(self.scratch)
            self.scratch = None


def module_of(course: Course, folder: Path) -> Module:
    """The module whose notebooks lie in a folder of that name.

    Raises: Mistake if there is none.
    """
    name = folder.resolve().name
    for module in course.modules:
        if module.folder == name:
            return module
    known = ", ".join(module.folder for module in course.modules)
    raise Mistake(
        f"no module is called {name!r}, so what its notebook may import is not known: "
        f"grade it in a folder named as one of {known}"
    )
