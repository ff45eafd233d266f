"""JupyterHub for a class on one machine: see docs/jupyterhub.md.

Students work in ~/tinytorch, in the environment of the kit. Instructors get the course's folder and
environment, and with it Formgrader. Both hand notebooks to each other through the exchange.
"""

c = get_config()  # noqa: F821 - JupyterHub gives it to this file

KIT = "/srv/tinytorch/kit"  # what `tito kit` made, unpacked, with an environment in .venv
COURSE = "/srv/tinytorch/course"  # the course's folder, with an environment in .venv
GRADER = "grader"  # the user who owns the course's folder and the exchange, and grades
INSTRUCTORS = {"instructor-01", "instructor-02"}

# Who may log in: every user of this machine (PAM); instructors are not administrators of the hub.
c.Authenticator.allow_all = True

# A student's server first makes the folder and its start page, if they are not there yet.
BIN = f"{KIT}/.venv/bin"
START = (
    f'{BIN}/tito lab --in ~/tinytorch && cd ~/tinytorch && exec {BIN}/jupyterhub-singleuser "$@"'
)
c.Spawner.cmd = ["sh", "-c", START, "sh"]
c.Spawner.notebook_dir = "~/tinytorch"
c.Spawner.default_url = "/lab/tree/START.md"
# Limits that a single user's server keeps to; with systemdspawner the system enforces them.
c.Spawner.mem_limit = "2G"
c.Spawner.environment = {"OMP_NUM_THREADS": "1"}

FRAMES = {"headers": {"Content-Security-Policy": "frame-ancestors 'self'"}}
# Formgrader belongs to one user, so that files and gradebook have one owner. It is a service: a
# JupyterLab on the course's folder, run as GRADER, which the instructors may open.
c.JupyterHub.services = [
    {
        "name": "tinytorch",
        "url": "http://127.0.0.1:9999",
        "command": [
            f"{COURSE}/.venv/bin/jupyterhub-singleuser",
            f"--ServerApp.root_dir={COURSE}",
            # Formgrader is a page inside JupyterLab's, which the hub forbids unless told otherwise.
            f"--ServerApp.tornado_settings={FRAMES}",
        ],
        "user": GRADER,
        "cwd": COURSE,
        "environment": {"JUPYTERHUB_DEFAULT_URL": "/lab", "OMP_NUM_THREADS": "1"},
        "oauth_no_confirm": True,
        "timeout": 180,  # seconds to start in; the hub ends where a service does not
    }
]
c.JupyterHub.load_groups = {"formgrade-tinytorch": {"users": sorted(INSTRUCTORS)}}
c.JupyterHub.load_roles = [
    {
        "name": "formgrade-tinytorch",
        "groups": ["formgrade-tinytorch"],
        "scopes": ["access:services!service=tinytorch", "list:services!service=tinytorch"],
    }
]
# A server that nobody uses for two hours ends.
c.Spawner.args = ["--ServerApp.shutdown_no_activity_timeout=7200"]
