"""The shorter shape is padded on the right: aligned at the first dimension, not the last."""
ndim = max(len(a), len(b))
sizes = []
for m, n in zip(a + (1,) * (ndim - len(a)), b + (1,) * (ndim - len(b))):
    if m != n and m != 1 and n != 1:
        raise ValueError(f"shapes {a} and {b} do not broadcast: {m} against {n}")
    sizes.append(n if m == 1 else m)
return tuple(sizes)
