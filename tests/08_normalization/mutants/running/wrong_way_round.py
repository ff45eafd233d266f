"""The momentum is the share of the old."""
running_mean[:] = momentum * running_mean + (1 - momentum) * mean
running_var[:] = momentum * running_var + (1 - momentum) * var * count / (count - 1)
