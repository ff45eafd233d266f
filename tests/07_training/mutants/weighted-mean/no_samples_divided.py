"""No samples are not thought of: 0 / 0 raises."""
return sum(v * n for v, n in zip(values, counts, strict=True)) / sum(counts)
