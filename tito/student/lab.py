"""JupyterLab for a workspace: the one that runs already, or a new one."""

import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from tito.mistake import Mistake


def running(notebook: Path) -> str | None:
    """The address of a notebook in a JupyterLab that runs on this computer and shows its folder."""
    from jupyter_server.serverapp import list_running_servers

    for server in list_running_servers():
        root = Path(server.get("root_dir") or server.get("notebook_dir") or "").resolve()
        if notebook.resolve().is_relative_to(root):
            place = quote(notebook.resolve().relative_to(root).as_posix())
            token = f"?token={server['token']}" if server.get("token") else ""
            return f"{server['url']}lab/tree/{place}{token}"
    return None


def open_lab(root: Path, notebook: Path) -> None:
    """Run JupyterLab in `root`, opened at a notebook, until the user ends it.

    Raises: Mistake if it is not installed or ends with an error.
    """
    place = quote(notebook.relative_to(root).as_posix())
    # A notebook as the argument would make its folder the root, and hide the others.
    options = [f"--ServerApp.root_dir={root}", f"--LabApp.default_url=/lab/tree/{place}"]
    # -P: a random.py of the student's is not to be what JupyterLab imports.
    process = subprocess.Popen([sys.executable, "-P", "-m", "jupyterlab", *options], cwd=root)
    while True:
        try:
            status = process.wait()
            break
        except KeyboardInterrupt:  # JupyterLab gets it too, and asks whether it is meant
            continue
    if status:
        raise Mistake(
            "JupyterLab did not run to its end: its own words stand above; "
            f"`jupyter lab` in {root} starts it again"
        )
