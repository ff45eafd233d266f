"""What of the disk a grading kernel is shown, and where it imports from."""

import os
import shutil
import site
import sys
from collections.abc import Iterator
from pathlib import Path

from tito.course import Course

# What programs and libraries need of a system. Those that a system lacks are left out.
_SYSTEM = (
    *("/bin", "/lib", "/lib32", "/lib64", "/usr/bin", "/usr/lib", "/usr/lib32", "/usr/lib64"),
    *("/usr/share/fonts", "/usr/share/zoneinfo", "/nix/store"),
    *("/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache", "/etc/localtime"),
)
_OURS = ("tinytorch", "tito", "site-packages", "dist-packages")
PACKAGES = ("library", "library/lib-dynload", "packages")


def shown(base: Path) -> list[str]:
    """The paths a kernel may read: the system's, Python's, and the folder `base`."""
    prefix = Path(sys.base_prefix)
    python = [] if prefix == Path("/usr") else [prefix]
    libraries = os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    packages = [*site_packages(), *_linked_elsewhere(site_packages())]
    every: list[str | Path] = [*_SYSTEM, *python, *filter(None, libraries), *packages, base]
    return sorted({os.path.abspath(path) for path in every if os.path.lexists(path)})


def hidden(course: Course, base: Path) -> list[str]:
    """The paths in those that it may not: the course, wherever it lies or is installed, and what
    belongs to other kernels."""
    found = [course.root.resolve(), base / "kernels", base / "log"]
    for place in map(Path, site.getsitepackages([sys.prefix, sys.base_prefix])):
        for folder in (place, place / "__pycache__"):
            if folder.is_dir():
                found += [path for path in folder.iterdir() if leads_here(path.name)]
    places = [f"{path}/" for path in shown(base)]
    return sorted({str(path) for path in found if str(path).startswith(tuple(places))})


def imported(base: Path) -> list[Path]:
    """The folders that a kernel imports from."""
    return [base / "tree" / "tito", Path(os.__file__).parent, *site_packages()]


def open_to_others(folder: Path) -> bool:
    """Whether users other than its owner can pass a folder."""
    return bool(folder.stat().st_mode & 0o001)


def link_packages(base: Path) -> None:
    """Make the folders PACKAGES in `base`: links to the standard library and to site-packages."""
    for name, places in (("library", [Path(os.__file__).parent]), ("packages", site_packages())):
        (base / name).mkdir()
        mirror(places, base / name)


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
            if leads_here(path.name) or os.path.lexists(link):
                continue
            if path.name == "__pycache__":
                link.mkdir()
                mirror([path], link)
            else:
                link.symlink_to(path)


def leads_here(name: str) -> bool:
    """Whether an entry may hold the course's package, or extend the path to where it lies."""
    return (
        name.endswith((".pth", ".egg-link"))
        or "editable" in name.lower()
        or name.lower().startswith(_OURS)
    )


def _linked_elsewhere(places: list[Path]) -> Iterator[Path]:
    """Where the entries lie that are links themselves, as some installers make them."""
    for place in places:
        for path in place.iterdir():
            if path.is_symlink() and not leads_here(path.name):
                yield path.resolve()


def copy_fonts(home: Path) -> None:
    """Give a home matplotlib's list of fonts, else it searches the disk for them."""
    fonts = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "matplotlib"
    (home / ".cache" / "matplotlib").mkdir(parents=True, exist_ok=True)
    for cache in fonts.glob("fontlist-*.json"):
        shutil.copy(cache, home / ".cache" / "matplotlib")
