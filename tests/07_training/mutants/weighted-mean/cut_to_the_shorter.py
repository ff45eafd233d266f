"""zip without strict=True drops what is left over."""
count = sum(counts)
return sum(v * n for v, n in zip(values, counts, strict=False)) / count if count else math.nan
