"""Takes for granted that the first shape is the longer one."""
padded = (1,) * (len(a) - len(b)) + b
sizes = []
for m, n in zip(a, padded):
    if m != n and m != 1 and n != 1:
        raise ValueError(f"shapes {a} and {b} do not broadcast: {m} against {n}")
    sizes.append(n if m == 1 else m)
return tuple(sizes)
