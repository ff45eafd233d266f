# %% mutant: cut_to_the_shorter
"""zip without strict=True drops what is left over."""

old = "pairs = list(zip(values, counts, strict=True))"
new = "pairs = list(zip(values, counts))"

# %% mutant: divided_by_batches
"""The weighted sum is divided by the number of batches."""

old = "return math.fsum(value * n for value, n in pairs) / count if count else math.nan"
new = "return math.fsum(value * n for value, n in pairs) / len(pairs) if pairs else math.nan"

# %% mutant: last_value
"""The last batch stands for the epoch."""

old = "return math.fsum(value * n for value, n in pairs) / count if count else math.nan"
new = "return float(values[-1]) if values else math.nan"

# %% mutant: no_samples_divided
"""No samples are not thought of: 0 / 0 raises."""

old = "return math.fsum(value * n for value, n in pairs) / count if count else math.nan"
new = "return math.fsum(value * n for value, n in pairs) / count"

# %% mutant: unweighted
"""Every batch counts the same, however small."""

old = "return math.fsum(value * n for value, n in pairs) / count if count else math.nan"
new = "return math.fsum(values) / len(values) if values else math.nan"

# %% alternative: loop
"""A running sum."""

total, seen = 0.0, 0
for value, count in zip(values, counts, strict=True):
    total, seen = total + value * count, seen + count
return total / seen if seen else math.nan

# %% alternative: numpy_average
"""NumPy's weighted average."""

if len(values) != len(counts):
    raise ValueError(f"{len(values)} values, but {len(counts)} counts")
return float(np.average(values, weights=counts)) if sum(counts) else float("nan")
