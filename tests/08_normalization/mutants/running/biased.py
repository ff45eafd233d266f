"""The variance is not corrected."""
running_mean += momentum * (mean - running_mean)
running_var += momentum * (var - running_var)
