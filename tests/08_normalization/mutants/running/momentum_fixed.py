"""The momentum is always a quarter."""
running_mean += 0.25 * (mean - running_mean)
running_var += 0.25 * (var * count / (count - 1) - running_var)
