"""Adds up the sizes of a list of shapes."""
shapes = [(n, k, d), (n, k, d), (n, k)]
others = [(n, d), (k, d), (n, 1), (k,)] + [(n, k)] * 4
return tuple(itemsize * sum(math.prod(s) for s in group) for group in (shapes, others))
