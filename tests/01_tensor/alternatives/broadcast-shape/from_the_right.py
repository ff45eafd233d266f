"""Walks from the last dimension to the first with zip_longest."""
result = ()
for m, n in itertools.zip_longest(a[::-1], b[::-1], fillvalue=1):
    if 1 not in (m, n) and m != n:
        raise ValueError(f"{m} and {n} differ: {a} does not fit {b}")
    result = ((m if n == 1 else n), *result)
return result
