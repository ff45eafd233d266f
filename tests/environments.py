"""Python environments for tests that install something."""

import sysconfig
import venv
from pathlib import Path


def linked(folder: Path) -> str:
    """The Python of a new environment with what is installed here, but for the course itself."""
    venv.create(folder, with_pip=False, symlinks=True)
    paths = {"base": str(folder), "platbase": str(folder)}
    place = Path(sysconfig.get_path("purelib", "venv", paths))
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if "tinytorch" not in path.name and path.suffix != ".pth":
            (place / path.name).symlink_to(path)
    return str(folder / "bin" / "python")
