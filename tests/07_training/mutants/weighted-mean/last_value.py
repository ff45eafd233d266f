"""The last batch stands for the epoch."""
if len(values) != len(counts):
    raise ValueError("as many values as counts are needed")
return float(values[-1]) if values else math.nan
