"""Runs cells in a jail and prints what came of them: a grader that a test can start and kill.

jailed.py REQUEST    where the file REQUEST holds {root, catalog, cells, options, budget}
"""

import json
import sys
from pathlib import Path

from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

from tito.catalog import Module
from tito.course import Course
from tito.kernel.run import Budget, run_notebook


def main() -> None:
    request = json.loads(Path(sys.argv[1]).read_text())
    config = Config()
    catalog = eval(request["catalog"], {"Module": Module})  # what repr() makes of a catalog
    config.GradingProvisioner.course = Course(Path(request["root"]), catalog)
    config.GradingProvisioner.update(request["options"])
    marks = {"grade": True, "solution": False, "points": 1}
    cells = [
        new_code_cell(source, metadata={"nbgrader": marks | {"grade_id": name}})
        for name, source in request["cells"].items()
    ]
    budget = Budget(*request["limits"])
    notebook = new_notebook(cells=cells)
    done = run_notebook(notebook, "02_total", "tinytorch-grading", budget, config)
    outputs = [cell.outputs for cell in done.cells]
    sys.stdout.write(json.dumps(dict(zip(request["cells"], outputs, strict=True))))


if __name__ == "__main__":
    main()
