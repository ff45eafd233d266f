"""How nbgrader works in this course.

Formgrader, Validate, the `nbgrader` commands and `tito` all read this file, so they agree.
"""

from pathlib import Path

c = get_config()  # noqa: F821 - nbgrader gives it to this file
HERE = Path(__file__).resolve().parent

# Where things lie: source/01_tensor/tensor.ipynb, submitted/student-01/01_tensor/tensor.ipynb, ...
c.CourseDirectory.course_id = "tinytorch"
c.CourseDirectory.root = str(HERE)
# The default exchange is a folder of the system that the course may not write to.
c.Exchange.root = str(HERE / "exchange")

# What stands in a release notebook where the solution was.
c.ClearSolutions.code_stub = {
    "python": '# YOUR CODE HERE\nraise NotImplementedError("this exercise is not solved yet")'
}

# Submissions run in an isolated kernel. Seconds a cell may take before it is interrupted.
c.Execute.kernel_name = "tinytorch-grading"
c.Execute.timeout = 60
c.Execute.startup_timeout = 60
# The kernel has nothing to save when its notebook is done.
c.Execute.shutdown_kernel = "immediate"

# Hand-ins are collected from files named `student-01_01_tensor_tensor.ipynb`.
c.FileNameCollectorPlugin.named_regexp = (
    r".*/(?P<student_id>[A-Za-z0-9.@-]+)_(?P<assignment_id>\d\d_[a-z]+)_(?P<file_id>[a-z]+)\.ipynb$"
)
