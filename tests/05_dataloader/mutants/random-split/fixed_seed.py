"""A generator is made inside, always with the same seed."""
order = np.random.default_rng(0).permutation(len(dataset)).tolist()
parts, start = [], 0
for size in sizes:
    parts.append(Subset(dataset, order[start : start + size]))
    start += size
return parts
