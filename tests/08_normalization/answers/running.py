# %% mutant: batch_changed
"""The variance of the batch is corrected in place."""

running_mean += momentum * (mean - running_mean)
var *= count / (count - 1)
running_var += momentum * (var - running_var)

# %% mutant: biased
"""The variance is not corrected."""

running_mean += momentum * (mean - running_mean)
running_var += momentum * (var - running_var)

# %% mutant: corrected_the_wrong_way
"""Divided by count / (count - 1)."""

running_mean += momentum * (mean - running_mean)
running_var += momentum * (var * (count - 1) / count - running_var)

# %% mutant: local_names
"""New arrays get the local names; those of the caller stay."""

running_mean = (1 - momentum) * running_mean + momentum * mean
running_var = (1 - momentum) * running_var + momentum * var * count / (count - 1)

# %% mutant: mean_corrected_too
"""The mean is corrected as well."""

running_mean += momentum * (mean * count / (count - 1) - running_mean)
running_var += momentum * (var * count / (count - 1) - running_var)

# %% mutant: momentum_fixed
"""The momentum is always a quarter."""

running_mean += 0.25 * (mean - running_mean)
running_var += 0.25 * (var * count / (count - 1) - running_var)

# %% mutant: old_kept
"""The new is added, and nothing taken away."""

running_mean += momentum * mean
running_var += momentum * var * count / (count - 1)

# %% mutant: wrong_way_round
"""The momentum is the share of the old."""

running_mean[:] = momentum * running_mean + (1 - momentum) * mean
running_var[:] = momentum * running_var + (1 - momentum) * var * count / (count - 1)

# %% alternative: in_two_steps
"""Shrunk, then added to."""

running_mean *= 1 - momentum
running_mean += momentum * mean
running_var *= 1 - momentum
running_var += momentum * var * count / (count - 1)

# %% alternative: shares
"""With both shares."""

running_mean[:] = (1 - momentum) * running_mean + momentum * mean
running_var[:] = (1 - momentum) * running_var + momentum * var * count / (count - 1)
