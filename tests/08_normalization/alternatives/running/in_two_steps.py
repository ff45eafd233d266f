"""Shrunk, then added to."""
running_mean *= 1 - momentum
running_mean += momentum * mean
running_var *= 1 - momentum
running_var += momentum * var * count / (count - 1)
