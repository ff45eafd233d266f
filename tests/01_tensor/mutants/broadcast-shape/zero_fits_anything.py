"""A size of 0 is let through against any other, as if it could be stretched."""
ndim = max(len(a), len(b))
sizes = []
for m, n in zip((1,) * (ndim - len(a)) + a, (1,) * (ndim - len(b)) + b):
    if m > 1 and n > 1 and m != n:
        raise ValueError(f"shapes {a} and {b} do not broadcast: {m} against {n}")
    sizes.append(n if m == 1 else m)
return tuple(sizes)
