# %% mutant: batch_changed
"""The variance of the batch is corrected in place."""

old = "unbiased = var * (count / (count - 1))"
new = """\
var *= count / (count - 1)
unbiased = var"""

# %% mutant: biased
"""The variance is not corrected."""

old = "unbiased = var * (count / (count - 1))"
new = "unbiased = var"

# %% mutant: by_the_difference
"""Moved by the difference: with momentum 1, a huge old value swallows the batch's digits."""

running_mean += momentum * (mean - running_mean)
running_var += momentum * (var * (count / (count - 1)) - running_var)

# %% mutant: corrected_the_wrong_way
"""Divided by count / (count - 1)."""

old = "unbiased = var * (count / (count - 1))"
new = "unbiased = var * ((count - 1) / count)"

# %% mutant: local_names
"""New arrays get the local names; those of the caller stay."""

old = "running_mean[...] ="
new = "running_mean ="
old = "running_var[...] ="
new = "running_var ="

# %% mutant: mean_corrected_too
"""The mean is corrected as well."""

old = "running_mean + momentum * mean"
new = "running_mean + momentum * mean * count / (count - 1)"

# %% mutant: momentum_fixed
"""The momentum is always a quarter."""

old = "unbiased = var"
new = """\
momentum = 0.25
unbiased = var"""

# %% mutant: old_kept
"""The new is added, and nothing taken away."""

running_mean += momentum * mean
running_var += momentum * var * count / (count - 1)

# %% edge: pair_not_corrected
"""A batch of two is taken for too small to correct."""

old = "unbiased = var * (count / (count - 1))"
new = "unbiased = var * (count / (count - 1)) if count > 2 else var"

# %% mutant: sum_of_squares
"""Divided once more by count - 1, as if var were the sum of squares."""

old = "unbiased = var * (count / (count - 1))"
new = "unbiased = var / (count - 1)"

# %% mutant: variance_only_new
"""The running variance is that of the last batch."""

old = "running_var[...] = (1 - momentum) * running_var + momentum * unbiased"
new = "running_var[...] = unbiased"

# %% mutant: wrong_way_round
"""The momentum is the share of the old."""

old = "(1 - momentum) * running_mean + momentum * mean"
new = "momentum * running_mean + (1 - momentum) * mean"
old = "(1 - momentum) * running_var + momentum * unbiased"
new = "momentum * running_var + (1 - momentum) * unbiased"

# %% alternative: in_two_steps
"""Shrunk, then added to."""

running_mean *= 1 - momentum
running_mean += momentum * mean
running_var *= 1 - momentum
running_var += momentum * var * count / (count - 1)

# %% alternative: copied
"""Copied into the arrays, both in one loop."""

new = mean, count * var / (count - 1)
for running, batch in zip((running_mean, running_var), new, strict=True):
    np.copyto(running, momentum * batch + (1.0 - momentum) * running)
