"""The weighted sum is divided by the number of batches."""
if len(values) != len(counts):
    raise ValueError("as many values as counts are needed")
total = sum(value * count for value, count in zip(values, counts, strict=True))
return total / len(values) if values else math.nan
