"""Python environments for tests that install something."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

from tito.authoring import kit
from tito.catalog import Module
from tito.course import here

UV = str(Path(sys.executable).with_name("uv"))
NO_NETWORK = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9")


def linked(folder: Path) -> str:
    """The Python of a new environment with what is installed here, but for the course itself."""
    venv.create(folder, with_pip=False, symlinks=True)
    paths = {"base": str(folder), "platbase": str(folder)}
    place = Path(sysconfig.get_path("purelib", "venv", paths))
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if "tinytorch" not in path.name and path.suffix != ".pth":
            (place / path.name).symlink_to(path)
    return str(folder / "bin" / "python")


def unpacked(folder: Path, *solved: Module) -> Path:
    """A kit, made and unpacked in a folder; `solved` are the modules whose reference it holds."""
    made = kit.make(here(), kit.Given(solved), folder / "kit.zip", lambda line: None)
    with zipfile.ZipFile(made) as file:
        file.extractall(folder)
    return folder / kit.TOP


@dataclass(frozen=True)
class Installed:
    """A kit and the Python of the environment in which it is installed."""

    root: Path
    python: str

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a terminal in which the environment is activated, without a network."""
        path = f"{Path(self.python).parent}{os.pathsep}{os.environ['PATH']}"
        foreign = ("PYTHON", "VIRTUAL", "JUPYTER", "IPYTHON")
        clean = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
        return clean | NO_NETWORK | {"PATH": path}

    def run(self, folder: Path, *command: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            command,
            cwd=folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def tito(self, folder: Path, *arguments: str, status: int = 0) -> str:
        """What a command of the kit's prints, in one line; it must end in `status`."""
        done = self.run(folder, "tito", *arguments)
        said = " ".join((done.stdout + done.stderr).split())
        assert done.returncode == status, said
        assert "Traceback" not in said
        return said


def installed(folder: Path) -> Installed:
    """A kit with all that its requirements.txt names, as its README says, but by uv.

    What uv has in its cache comes from there; only where that is not all of it, from the network.
    """
    made = Installed(unpacked(folder), str(folder / "venv" / "bin" / "python"))
    uv(folder, "venv", "--python", sys.executable, "venv")
    install = ("pip", "install", "--python", made.python, "-r", "requirements.txt", "-e", ".")
    try:
        uv(made.root, *install, "--offline")
    except subprocess.CalledProcessError:
        uv(made.root, *install)
    return made


def uv(folder: Path, *arguments: str) -> None:
    subprocess.run([UV, *arguments], cwd=folder, check=True, capture_output=True)
