# %% mutant: by_weight_only
"""Sorted by weight: nothing is random."""

return np.argsort(-np.asarray(weights), kind="stable").tolist()

# %% mutant: scaled_draws
"""Uniform draws times the weight: the heavy ones come first too often."""

old = "times = generator.rng.exponential(size=len(weights)) / np.asarray(weights)"
new = "times = -generator.rng.random(len(weights)) * np.asarray(weights)"

# %% mutant: slow_uniform
"""Uniform waiting times over the weight, not exponential ones."""

old = "times = generator.rng.exponential(size=len(weights)) / np.asarray(weights)"
new = "times = generator.rng.random(len(weights)) / np.asarray(weights)"

# %% mutant: unweighted
"""Every order is equally likely."""

return generator.rng.permutation(len(weights)).tolist()

# %% mutant: with_replacement
"""Indices are put back: heavy ones come again and again."""

shares = np.asarray(weights) / sum(weights)
return generator.rng.choice(len(weights), len(weights), p=shares).tolist()

# %% alternative: draw_by_draw
"""A loop: draw one of those left, take it out."""

left, order = list(range(len(weights))), []
while left:
    shares = np.array([weights[i] for i in left], float)
    place = generator.rng.choice(len(left), p=shares / shares.sum())
    order.append(left.pop(place))
return order

# %% alternative: keys
"""The keys of the paper: a root of a uniform draw, the largest first."""

keys = generator.rng.random(len(weights)) ** (1 / np.array(weights))
return [int(i) for i in np.argsort(-keys)]

# %% alternative: numpy_choice
"""NumPy draws without replacement by the same rule."""

shares = np.asarray(weights, float)
return generator.rng.choice(len(shares), len(shares), False, shares / shares.sum()).tolist()
