"""Indices are drawn anew each time: some come twice."""
parts = []
for size in sizes:
    parts.append(Subset(dataset, randint(0, len(dataset), (size,), generator=generator).tolist()))
return parts
