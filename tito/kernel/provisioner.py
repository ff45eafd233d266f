"""Starts the isolated kernel in which submissions are graded.

The kernel gets a folder of its own, removed when it ends, with the package tree of its module, a
home, and a working folder. Its path is that tree, the standard library and site-packages, the last
two as links to all they hold but what leads to the course: the installed package, `.pth` files and
the import hooks of editable installs. Nothing of the caller's environment is passed on.
"""

import atexit
import contextlib
import functools
import json
import os
import shutil
import site
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from jupyter_client.provisioning import LocalProvisioner
from traitlets import Instance, default

from tito import course as courses
from tito.catalog import Module
from tito.course import Course
from tito.kernel import launch, tree

_KEPT = ("LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH")
_PACKAGES = ("library", "library/lib-dynload", "packages")
_OURS = ("tinytorch", "tito", "site-packages", "dist-packages")


class GradingProvisioner(LocalProvisioner):
    """A local kernel that sees nothing of the module it grades, nor of later ones.

    The module is told from the name of the notebook's folder, `01_tensor`.
    """

    course = Instance(Course, help="The course whose modules are graded.").tag(config=True)
    scratch: tempfile.TemporaryDirectory | None = None

    @default("course")
    def _course_default(self) -> Course:
        return courses.here()

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Make the kernel's folder and the command that starts it there."""
        module = module_of(self.course, Path(kwargs.get("cwd") or os.getcwd()))
        kwargs = await super().pre_launch(**kwargs)
        if self.scratch is None:  # else it is a restart
            self.scratch = tempfile.TemporaryDirectory(prefix="tito-", ignore_cleanup_errors=True)
            prepare(self.course, module, Path(self.scratch.name))
        folder = Path(self.scratch.name)
        options = kwargs["cmd"][kwargs["cmd"].index("-f") :]
        path = [str(folder / "tree"), *(str(packages() / name) for name in _PACKAGES)]
        # The Python beneath the environment: `site` and children of the kernel's find no other.
        python = [sys._base_executable, "-I", "-S", "-B", launch.__file__]
        kwargs["cmd"] = [*python, launch.PATH + json.dumps(path), *options]
        kwargs["cwd"] = str(folder / "work")
        kwargs["env"] = environment(folder) | self.kernel_spec.env
        # The streams that a student's code could reach beneath IPython's.
        kwargs["stdout"] = kwargs["stderr"] = subprocess.DEVNULL
        return kwargs

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the kernel's folder with the rest."""
        await super().cleanup(restart=restart)
        if self.scratch is not None and not restart:
            self.scratch.cleanup()
            self.scratch = None


def module_of(course: Course, folder: Path) -> Module:
    """The module whose notebooks lie in a folder of that name.

    Raises: LookupError if there is none.
    """
    name = folder.resolve().name
    for module in course.modules:
        if module.folder == name:
            return module
    known = ", ".join(module.folder for module in course.modules)
    raise LookupError(
        f"no module is called {name!r}, so what its notebook may import is not known: "
        f"grade it in a folder named as one of {known}"
    )


def prepare(course: Course, module: Module, folder: Path) -> None:
    """Make the folders of one kernel below `folder`: tree, home and work."""
    for name in ("tree", "home", "work"):
        (folder / name).mkdir()
    tree.assemble(course, module, folder / "tree")
    fonts = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "matplotlib"
    for cache in fonts.glob("fontlist-*.json"):  # else matplotlib searches the disk for fonts
        (folder / "home" / ".cache" / "matplotlib").mkdir(parents=True, exist_ok=True)
        shutil.copy(cache, folder / "home" / ".cache" / "matplotlib")


def environment(folder: Path) -> dict[str, str]:
    """All that the kernel's process finds in its environment, but for its kernelspec's own."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    home = str(folder / "home")
    return kept | {"PATH": os.defpath, "HOME": home, "TMPDIR": str(folder / "work")}


@functools.cache
def packages() -> Path:
    """The links to the standard library and to site-packages, made once and removed at exit."""
    folder = Path(tempfile.mkdtemp(prefix="tito-"))
    atexit.register(_remove, folder)
    for name, places in (("library", [Path(os.__file__).parent]), ("packages", site_packages())):
        (folder / name).mkdir()
        mirror(places, folder / name)
        (folder / name).chmod(0o555)
    return folder


def _remove(folder: Path) -> None:
    """Remove the links. `TemporaryDirectory` would change the rights of what they lead to."""
    with contextlib.suppress(OSError):
        for place in folder.iterdir():
            place.chmod(0o755)
    shutil.rmtree(folder, ignore_errors=True)


def site_packages() -> list[Path]:
    """The folders that packages are installed in, the user's last."""
    places = site.getsitepackages()
    places += [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
    return [Path(place) for place in places if Path(place).is_dir()]


def mirror(places: list[Path], into: Path) -> None:
    """Make links in `into` to all that the folders hold, but what leads to the course."""
    for place in places:
        for path in place.iterdir():
            link = into / path.name
            if _leads_here(path.name) or os.path.lexists(link):
                continue
            if path.name == "__pycache__":
                link.mkdir()
                mirror([path], link)
            else:
                link.symlink_to(path)


def _leads_here(name: str) -> bool:
    """Whether an entry may hold the course's package, or extend the path to where it lies."""
    return (
        name.endswith((".pth", ".egg-link"))
        or "editable" in name.lower()
        or name.lower().startswith(_OURS)
    )
