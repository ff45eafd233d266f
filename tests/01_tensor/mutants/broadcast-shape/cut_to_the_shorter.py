"""No padding: zip stops where the shorter shape ends, and leading dimensions are lost."""
sizes = []
for m, n in zip(a[::-1], b[::-1]):
    if m != n and m != 1 and n != 1:
        raise ValueError(f"shapes {a} and {b} do not broadcast: {m} against {n}")
    sizes.append(n if m == 1 else m)
return tuple(sizes[::-1])
