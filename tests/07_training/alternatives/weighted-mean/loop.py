"""A running sum."""
total, seen = 0.0, 0
for value, count in zip(values, counts, strict=True):
    total, seen = total + value * count, seen + count
return total / seen if seen else math.nan
