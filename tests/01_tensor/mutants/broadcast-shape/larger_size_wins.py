"""The larger of two sizes wins, so that 1 against 0 gives 1."""
ndim = max(len(a), len(b))
sizes = []
for m, n in zip((1,) * (ndim - len(a)) + a, (1,) * (ndim - len(b)) + b):
    if m != n and m != 1 and n != 1:
        raise ValueError(f"shapes {a} and {b} do not broadcast: {m} against {n}")
    sizes.append(max(m, n))
return tuple(sizes)
