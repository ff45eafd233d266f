"""The two kernels, `tinytorch` and `tinytorch-grading`, and how a notebook is run in them."""

from tito import quick  # noqa: F401 - makes the imports of nbformat below take 0.3 s
