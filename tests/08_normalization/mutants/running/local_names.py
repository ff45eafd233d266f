"""New arrays get the local names; those of the caller stay."""
running_mean = (1 - momentum) * running_mean + momentum * mean
running_var = (1 - momentum) * running_var + momentum * var * count / (count - 1)
