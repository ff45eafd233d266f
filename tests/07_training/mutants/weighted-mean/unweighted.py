"""Every batch counts the same, however small."""
if len(values) != len(counts):
    raise ValueError("as many values as counts are needed")
return sum(values) / len(values) if values else math.nan
