"""Starts the kernels in which submissions are graded."""
