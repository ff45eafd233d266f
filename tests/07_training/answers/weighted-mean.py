# %% mutant: cut_to_the_shorter
"""zip without strict=True drops what is left over."""

old = "pairs = list(zip(values, counts, strict=True))"
new = "pairs = list(zip(values, counts))"

# %% mutant: divided_by_batches
"""The weighted sum is divided by the number of batches."""

old = "return math.fsum(value * n for value, n in pairs) / count if count else math.nan"
new = "return math.fsum(value * n for value, n in pairs) / len(pairs) if pairs else math.nan"

# %% mutant: a_sum
"""The weighted sum is not divided at all."""

old = "return math.fsum(value * n for value, n in pairs) / count if count else math.nan"
new = "return math.fsum(value * n for value, n in pairs) if count else math.nan"

# %% mutant: numpy_average
"""NumPy's average gives a number of NumPy's, and other errors (ZeroDivisionError, TypeError)."""

return np.average(values, weights=counts)

# %% mutant: numbers_of_numpy
"""NumPy's numbers are not Python's floats."""

if len(values) != len(counts):
    raise ValueError(f"{len(values)} values, but {len(counts)} counts")
return np.dot(values, counts) / np.sum(counts) if counts else math.nan

# %% edge: no_batches_for_no_samples
"""No batches are thought of, batches without samples are not: 0 / 0 (ZeroDivisionError)."""

old = "/ count if count else math.nan"
new = "/ count if pairs else math.nan"

# %% mutant: last_value
"""The last batch stands for the epoch."""

old = "return math.fsum(value * n for value, n in pairs) / count if count else math.nan"
new = "return float(values[-1]) if values else math.nan"

# %% mutant: no_samples_divided
"""No samples are not thought of: 0 / 0 raises a ZeroDivisionError."""

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
