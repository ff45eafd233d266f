"""JupyterHub's configuration in docs/jupyterhub: it can be read, and fits what it names."""

import shutil
import subprocess
from pathlib import Path

import pytest
from traitlets.config import PyFileConfigLoader

from tito.student import startpage

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "jupyterhub"


@pytest.fixture(scope="module")
def config():
    return PyFileConfigLoader("jupyterhub_config.py", path=str(FOLDER)).load_config()


def test_a_student_begins_at_the_start_page(config):
    assert config.Spawner.default_url == f"/lab/tree/{startpage.NAME}"
    command = config.Spawner.cmd
    assert command[:2] == ["sh", "-c"]
    assert f"lab --in {config.Spawner.notebook_dir}" in command[2]


@pytest.mark.skipif(shutil.which("sh") is None, reason="needs a shell")
def test_the_arguments_of_the_hub_reach_the_server(config, tmp_path):
    """The shell's line, with programs that say how they were called."""
    for name in ("tito", "jupyterhub-singleuser"):
        (tmp_path / name).write_text('#!/bin/sh\nmkdir -p ~/tinytorch\necho "$PWD: $@"\n')
        (tmp_path / name).chmod(0o755)
    line = config.Spawner.cmd[2].replace("/srv/tinytorch/kit/.venv/bin", str(tmp_path))
    done = subprocess.run(
        ["sh", "-c", line, "sh", *config.Spawner.args],
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [
        f"{tmp_path}: lab --in {tmp_path}/tinytorch",
        f"{tmp_path}/tinytorch: {' '.join(config.Spawner.args)}",
    ]


def test_formgrader_is_open_to_instructors_only(config):
    (service,) = config.JupyterHub.services
    (role,) = config.JupyterHub.load_roles
    assert role["groups"] == list(config.JupyterHub.load_groups)
    assert all(scope.endswith(f"!service={service['name']}") for scope in role["scopes"])
    assert service["user"] not in config.JupyterHub.load_groups[role["groups"][0]]["users"]
