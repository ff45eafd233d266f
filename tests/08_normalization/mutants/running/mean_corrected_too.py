"""The mean is corrected as well."""
running_mean += momentum * (mean * count / (count - 1) - running_mean)
running_var += momentum * (var * count / (count - 1) - running_var)
