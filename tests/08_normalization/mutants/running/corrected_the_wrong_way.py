"""Divided by count / (count - 1)."""
running_mean += momentum * (mean - running_mean)
running_var += momentum * (var * (count - 1) / count - running_var)
