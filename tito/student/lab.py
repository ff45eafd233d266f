"""JupyterLab for a workspace: the one that runs already, or a new one.

It is started with the settings in `jupyter/`: Markdown opens rendered, no question about news, and
of nbgrader's parts only those for students. A kit installs them in its environment as well.
"""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from tito.errors import Mistake

SETTINGS = Path(__file__).with_name("jupyter")


def running(path: Path) -> str | None:
    """The address of a file in a JupyterLab that runs on this computer and shows its folder."""
    from jupyter_server.serverapp import list_running_servers

    for server in list_running_servers():
        root = Path(server.get("root_dir") or server.get("notebook_dir") or "").resolve()
        if path.resolve().is_relative_to(root):
            place = quote(path.resolve().relative_to(root).as_posix())
            token = f"?token={server['token']}" if server.get("token") else ""
            return f"{server['url']}lab/tree/{place}{token}"
    return None


def environment() -> dict[str, str]:
    """The environment variables in which JupyterLab finds the settings of the course."""
    known = os.environ.get("JUPYTER_CONFIG_PATH")
    paths = [str(SETTINGS), *([known] if known else [])]
    return os.environ | {"JUPYTER_CONFIG_PATH": os.pathsep.join(paths)}


def options(root: Path, path: Path) -> list[str]:
    """What JupyterLab is started with to show the folder `root`, opened at a file in it."""
    # A file as the argument would make its folder the root, and hide the others.
    place = quote(path.relative_to(root).as_posix())
    return [f"--ServerApp.root_dir={root}", f"--LabApp.default_url=/lab/tree/{place}"]


def open_lab(root: Path, path: Path, allow_root: bool = False) -> None:
    """Run JupyterLab in `root`, opened at a file, until the user ends it.

    Raises: Mistake if it is not installed or ends with an error, or the user is root, whom
    JupyterLab refuses unless that is allowed.
    """
    is_root = getattr(os, "geteuid", lambda: None)() == 0
    if is_root and not allow_root:
        raise Mistake(
            "JupyterLab is not meant to run as root: use another account, or, where there is none, "
            "as in a container, say `tito lab --allow-root`"
        )
    # -P: a random.py of the student's is not to be what JupyterLab imports.
    command = [sys.executable, "-P", "-m", "jupyterlab", *options(root, path)]
    command += ["--allow-root"] * is_root
    process = subprocess.Popen(command, cwd=root, env=environment())
    while True:
        try:
            status = process.wait()
            break
        except KeyboardInterrupt:  # JupyterLab gets it too, and asks whether it is meant
            continue
    if status:
        raise Mistake(
            f"JupyterLab stopped with an error (see above); `tito lab` in {root} starts it again"
        )
