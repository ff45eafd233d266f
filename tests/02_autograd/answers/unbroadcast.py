# %% mutant: averaged
"""The copies are averaged instead of added up."""

old = "return g.sum(axis=(*range(extra), *stretched)).reshape(shape)"
new = "return g.mean(axis=(*range(extra), *stretched)).reshape(shape)"

# %% mutant: dimension_lost
"""The stretched dimension is added up without being kept."""

old = "return g.sum(axis=(*range(extra), *stretched)).reshape(shape)"
new = "return g.sum(axis=(*range(extra), *stretched))"

# %% mutant: first_copy_only
"""One of the copies is taken instead of their sum."""

g = g[(0,) * (g.ndim - len(shape))]
key = tuple(slice(0, 1) if n == 1 else slice(None) for n in shape)
return g[key]

# %% mutant: new_dimensions_only
"""Stretched dimensions of size 1 are forgotten."""

return g.sum(axis=tuple(range(g.ndim - len(shape))))

# %% mutant: one_kind_at_a_time
"""Either new dimensions are added up or stretched ones, never both."""

if g.ndim > len(shape):
    return g.sum(axis=tuple(range(g.ndim - len(shape))))
stretched = tuple(d for d, n in enumerate(shape) if n == 1)
return g.sum(axis=stretched, keepdims=True)

# %% mutant: if_for_while
"""One new dimension is added up, where there may be several."""

if g.ndim > len(shape):
    g = g.sum(axis=0)
for d, n in enumerate(shape):
    if n == 1:
        g = g.sum(axis=d, keepdims=True)
return g

# %% mutant: aligned_on_the_left
"""The shapes are compared from the left: a ValueError where they do not fit."""

for d in range(g.ndim):
    if d >= len(shape) or shape[d] == 1:
        g = g.sum(axis=d, keepdims=True)
return g.reshape(shape)

# %% mutant: in_float64
"""Added up in float64, whatever g is."""

old = "return g.sum(axis=(*range(extra), *stretched)).reshape(shape)"
new = "return g.sum(axis=(*range(extra), *stretched), dtype=np.float64).reshape(shape)"

# %% mutant: adds_in_place
"""The rows are added up in the first of them, which belongs to g."""

while g.ndim > len(shape):
    total = g[0]
    for row in g[1:]:
        total += row
    g = total
for d, n in enumerate(shape):
    if n == 1:
        g = g.sum(axis=d, keepdims=True)
return g

# %% edge: stretched_above_1_only
"""A stretched dimension is added up where g is larger there, but not where it is 0: a ValueError."""

old = "if n == 1 and g.shape[d] != 1)"
new = "if n == 1 and g.shape[d] > 1)"

# %% alternative: one_dimension_at_a_time
"""Two loops, a dimension at a time."""

while g.ndim > len(shape):
    g = g.sum(axis=0)
for d, n in enumerate(shape):
    if n == 1:
        g = g.sum(axis=d, keepdims=True)
return g

# %% alternative: padded_shape
"""The shape is padded with ones on the left, then compared."""

padded = (1,) * (g.ndim - len(shape)) + tuple(shape)
dims = tuple(d for d in range(g.ndim) if padded[d] == 1)
return np.add.reduce(g, axis=dims, keepdims=True).reshape(shape)

# %% alternative: einsum
"""Letters for the dimensions; those that `shape` lacks or that have size 1 are left out."""

letters = "abcdefgh"[: g.ndim]
kept = letters[g.ndim - len(shape) :]
result = "".join(one for one, n in zip(kept, shape, strict=True) if n != 1)
return np.einsum(f"{letters}->{result}", g).reshape(shape)
