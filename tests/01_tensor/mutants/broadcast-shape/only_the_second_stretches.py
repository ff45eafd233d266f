"""A 1 is stretched in the second shape only."""
ndim = max(len(a), len(b))
sizes = []
for m, n in zip((1,) * (ndim - len(a)) + a, (1,) * (ndim - len(b)) + b):
    if m != n and n != 1:
        raise ValueError(f"shapes {a} and {b} do not broadcast: {m} against {n}")
    sizes.append(m)
return tuple(sizes)
