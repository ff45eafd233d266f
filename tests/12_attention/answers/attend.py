# %% mutant: by_d
"""The scores are divided by d, not by its root."""

old = "/ math.sqrt(len(query))"
new = "/ len(query)"

# %% edge: clipped_scores
"""Scores are clipped at -500, so that none is too small: two below are alike."""

old = "weights = np.exp(scores - scores.max())"
new = """\
scores = np.maximum(scores, -500)
weights = np.exp(scores - scores.max())"""

# %% mutant: keys_overwritten
"""The products are written into the array of the keys."""

keys *= query
scores = keys.sum(axis=1) / math.sqrt(len(query))
weights = np.exp(scores - scores.max())
return weights / weights.sum() @ values

# %% mutant: no_root
"""The scores are not divided at all."""

old = " / math.sqrt(len(query))"
new = ""

# %% mutant: not_normalized
"""The weights do not add up to 1."""

old = "weights / weights.sum() @ values"
new = "weights * np.exp(scores.max()) @ values"

# %% mutant: no_softmax
"""The scores are the weights."""

return keys @ query / math.sqrt(len(query)) @ values

# %% mutant: overflow
"""The exponential of large scores is infinite, and infinity divided by itself is NaN."""

old = "np.exp(scores - scores.max())"
new = "np.exp(scores)"

# %% mutant: best_key
"""The value of the best key alone, as a dictionary would have it."""

scores = keys @ query / math.sqrt(len(query))
return values[scores.argmax()]

# %% alternative: loop
"""Key by key."""

scores = [sum(q * k for q, k in zip(query, key, strict=True)) / len(query) ** 0.5 for key in keys]
parts = [math.exp(score - max(scores)) for score in scores]
return sum(part / sum(parts) * value for part, value in zip(parts, values, strict=True))

# %% alternative: einsum
"""Products by einsum."""

scores = np.einsum("nd,d->n", keys, query) * query.size**-0.5
weights = np.exp(scores - np.max(scores))
return np.einsum("n,ne->e", weights, values) / np.sum(weights)
