# %% mutant: cut_to_the_shorter
"""zip without strict=True drops what is left over."""

count = sum(counts)
return sum(v * n for v, n in zip(values, counts, strict=False)) / count if count else math.nan

# %% mutant: divided_by_batches
"""The weighted sum is divided by the number of batches."""

if len(values) != len(counts):
    raise ValueError("as many values as counts are needed")
total = sum(value * count for value, count in zip(values, counts, strict=True))
return total / len(values) if values else math.nan

# %% mutant: last_value
"""The last batch stands for the epoch."""

if len(values) != len(counts):
    raise ValueError("as many values as counts are needed")
return float(values[-1]) if values else math.nan

# %% mutant: no_samples_divided
"""No samples are not thought of: 0 / 0 raises."""

return sum(v * n for v, n in zip(values, counts, strict=True)) / sum(counts)

# %% mutant: unweighted
"""Every batch counts the same, however small."""

if len(values) != len(counts):
    raise ValueError("as many values as counts are needed")
return sum(values) / len(values) if values else math.nan

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
