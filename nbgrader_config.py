"""How nbgrader works in this course.

Formgrader, Validate, the `nbgrader` commands and `tito` all read this file, so they agree.
"""

import os
import shutil
import sys
from pathlib import Path

from tito.checks import UNSOLVED

c = get_config()  # noqa: F821 - nbgrader gives it to this file
HERE = Path(__file__).resolve().parent

# nbgrader makes a gradebook with `alembic`, which is installed beside this Python: where the
# environment is not activated, Formgrader would wait for its first list for ever.
if shutil.which("alembic") is None:
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"

# Where things lie: source/01_tensor/tensor.ipynb, submitted/student-01/01_tensor/tensor.ipynb, ...
c.CourseDirectory.course_id = "tinytorch"
c.CourseDirectory.root = str(HERE)
# The folder by which notebooks and feedback pages are handed to students and back. Inside the
# course it is for trying; name one on a shared disk, and `tito kit` writes it into the students'
# configuration. Times are in UTC, whatever the computers' zones: CET or IST would be ambiguous.
c.Exchange.root = str(HERE / "exchange")
c.Exchange.timezone = "UTC"
# nbgrader's own follow links, and stop for everybody at one bad submission.
c.ExchangeFactory.release_assignment = "tito.grading.intake.exchange.Release"
c.ExchangeFactory.collect = "tito.grading.intake.exchange.Collect"
c.ExchangeFactory.release_feedback = "tito.grading.intake.exchange.ReleaseFeedback"
# What being late costs: "none", only the delay is noted, or "zero", all points. Due dates are set
# in Formgrader, or by `nbgrader db assignment add 01_tensor --duedate "2026-02-01 23:59 UTC"`.
c.LateSubmissionPlugin.penalty_method = "none"

# The share of its points that an exercise keeps whose answer was put in by `tito unlock`, and the
# modules of which students were given a kit with answers (`tito kit --with-solutions 02`). There an
# answer that is the reference counts as unlocked, also without the mark that `tito unlock` leaves.
c.Unlocking.worth = 0.0
c.Unlocking.modules = []

# What stands in a release notebook where the solution was.
c.ClearSolutions.code_stub = {
    "python": f'# YOUR CODE HERE\nraise NotImplementedError("{UNSOLVED}")'
}

# Submissions run in an isolated kernel, each in a process of its own. A cell that takes longer
# than `timeout` seconds is interrupted; if it does not stop within `grace`, the kernel is ended.
c.Execute.kernel_name = "tinytorch-grading"
c.Execute.timeout = 60
c.Execute.notebook_timeout = 600
c.Execute.grace = 5
c.Execute.startup_timeout = 60
# The kernel has nothing to save when its notebook is done.
c.Execute.shutdown_kernel = "immediate"

# What is done to a submission before it runs. The first two are the course's: an unreadable file
# gets no points instead of stopping nbgrader, and cells get the metadata of the source back. So
# nbgrader's CheckCellMetadata, which takes a fifth of the time, has nothing left to find.
c.Autograde.exporter_class = "tito.grading.intake.sanitise.SubmissionExporter"
c.Autograde.sanitize_preprocessors = [
    "tito.grading.intake.restore.Restore",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
]
# How it runs and is scored. The first is the course's: it comes back from any crash or loop.
c.Autograde.autograde_preprocessors = [
    "tito.grading.engine.execute_preprocessor.Execute",
    "nbgrader.preprocessors.IgnorePattern",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "tito.grading.engine.unlocked_points.UnlockedPoints",
    "nbgrader.preprocessors.AssignLatePenalties",
]

# Feedback is the course's own page: exercise by exercise, with reasons, hints and no hidden test.
c.GenerateFeedback.exporter_class = "tito.grading.results.feedback_page.FeedbackExporter"
c.GenerateFeedback.preprocessors = ["nbgrader.preprocessors.GetGrades"]
# Formgrader shows what students wrote, and what their code put out: nothing in it may run.
c.HTMLExporter.preprocessors = ["tito.grading.results.safe_html.Harmless"]
c.HTMLExporter.filters = {"markdown2html": "tito.grading.results.safe_html.markdown2html"}
c.HTMLExporter.sanitize_html = True

# Submissions are zip files named `01_tensor__student-01__20260131T235959.zip`, as `tito submit`
# makes them; `tito collect` unpacks each in a folder of that name.
c.FileNameCollectorPlugin.named_regexp = (
    r".*/extracted/\d\d_[a-z_]+__(?P<student_id>[A-Za-z0-9][A-Za-z0-9_.-]*)__"
    r"(?P<timestamp>\d{8}T\d{6})/(?:[^/]+/)?(?P<file_id>[a-z_]+)\.ipynb$"
)
