# %% mutant: divided_by_all
"""Divided by the number of all values, not by that of a group."""

first, second = total(dims, g) / g.size, total(dims, g, normed) / g.size
return (g - first - normed * second) * inverse

# %% mutant: doubled
"""The derivative of the variance keeps its 2, though the root takes it away."""

return (g - average(dims, g) - 2 * normed * average(dims, g, normed)) * inverse

# %% edge: first_and_last
"""Of three dimensions, only the first and the last are averaged over."""

dims = tuple({dims[0], dims[-1]})
return (g - average(dims, g) - normed * average(dims, g, normed)) * inverse

# %% mutant: g_changed
"""Works in place on the gradient that came in."""

third = normed * average(dims, g, normed)
g -= average(dims, g)
g -= third
g *= inverse
return g

# %% mutant: last_dimension_always
"""The averages run over the last dimension, whatever `dims` says."""

dims = (g.ndim - 1,)
return (g - average(dims, g) - normed * average(dims, g, normed)) * inverse

# %% mutant: mean_detached
"""The mean is taken for a constant."""

return (g - normed * average(dims, g, normed)) * inverse

# %% mutant: no_inverse
"""The inverse deviation is missing."""

return g - average(dims, g) - normed * average(dims, g, normed)

# %% mutant: normed_changed
"""Works in place on what was saved."""

normed *= -average(dims, g, normed)
return (normed + g - average(dims, g)) * inverse

# %% mutant: one_dimension
"""Of several dimensions, only the first is averaged over."""

dims = dims[:1]
return (g - average(dims, g) - normed * average(dims, g, normed)) * inverse

# %% mutant: spread_detached
"""The deviation is taken for a constant."""

return (g - average(dims, g)) * inverse

# %% mutant: statistics_detached
"""Mean and deviation are taken for constants."""

return g * inverse

# %% mutant: sums
"""Sums in place of averages."""

return (g - total(dims, g) - normed * total(dims, g, normed)) * inverse

# %% mutant: third_not_along_normed
"""The third term lacks the value's own normed."""

return (g - average(dims, g) - average(dims, g, normed)) * inverse

# %% alternative: numpys_means
"""With NumPy's mean."""

first = g.mean(axis=dims, keepdims=True)
second = (g * normed).mean(axis=dims, keepdims=True)
return inverse * (g - first - normed * second)

# %% alternative: one_line
"""The formula as it stands."""

return inverse * (g - average(dims, g) - normed * average(dims, g, normed))

# %% alternative: multiplied_out
"""Every term times the inverse, and n counted by hand."""

n = math.prod(g.shape[d] for d in dims)
return inverse * g - inverse * total(dims, g) / n - inverse * normed * total(dims, g, normed) / n
