"""The new is added, and nothing taken away."""
running_mean += momentum * mean
running_var += momentum * var * count / (count - 1)
