"""From the right, with an error of two lines that names the sizes before the shapes."""
sizes = []
for m, n in itertools.zip_longest(reversed(a), reversed(b), fillvalue=1):
    if m != n and 1 not in (m, n):
        raise ValueError(f"sizes {n} and {m} do not fit\nshapes: {list(b)}, {list(a)}")
    sizes.append(n if m == 1 else m)
return tuple(reversed(sizes))
