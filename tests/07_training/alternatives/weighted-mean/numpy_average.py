"""NumPy's weighted average."""
if len(values) != len(counts):
    raise ValueError(f"{len(values)} values, but {len(counts)} counts")
return float(np.average(values, weights=counts)) if sum(counts) else float("nan")
