"""What a page of the grading tool is promised not to need."""

import subprocess
import sys

LOADED = """
import sys
import tito.grading.engine.execute
print(*{name.partition(".")[0] for name in sys.modules})
"""


def test_executing_needs_no_database_and_no_class():
    """A worker, here or on another machine, loads neither nbgrader nor what reads its gradebook."""
    command = [sys.executable, "-c", LOADED]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "tito" in loaded
    assert not loaded & {"nbgrader", "sqlalchemy", "alembic"}
