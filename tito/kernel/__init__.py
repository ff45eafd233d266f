"""The two kernels, `tinytorch` and `tinytorch-grading`, and how a notebook is run in them."""
