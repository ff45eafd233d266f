# %% mutant: zero_point_missing
"""The zero point is forgotten."""

old = "return total - zero_point * p.sum(axis=1, dtype=np.int32)"
new = "return total"

# %% mutant: zero_point_added
"""The zero point's part is added."""

old = "total - zero_point"
new = "total + zero_point"

# %% mutant: times_the_columns
"""The zero point times the number of columns."""

old = "zero_point * p.sum(axis=1, dtype=np.int32)"
new = "np.int32(zero_point * q.shape[-1])"

# %% mutant: sum_over_units
"""The sum over the units is taken, not over the row of each. (RuntimeError of shapes: ValueError)"""

old = "p.sum(axis=1, dtype=np.int32)"
new = "p.sum(axis=0, dtype=np.int32)[: len(p)]"

# %% mutant: int8_sum
"""The sum of the row is taken in int8, and wraps around."""

old = "p.sum(axis=1, dtype=np.int32)"
new = "p.sum(axis=1, dtype=np.int8).astype(np.int32)"

# %% mutant: int16
"""Products are added up in int16, and wrap around."""

return np.matmul(q.astype(np.int16), p.T.astype(np.int16)).astype(np.int32) - np.int32(
    zero_point
) * p.sum(axis=1, dtype=np.int32)

# %% mutant: one_block
"""Everything in one float32 product, which is not exact for long sums."""

old = "for first in range(0, q.shape[-1], block):"
new = "for first in range(0, 1):"
old = "part = slice(first, first + block)"
new = "part = slice(None)"

# %% mutant: float_sums
"""The sums of the blocks are added as float32."""

total = np.zeros((*q.shape[:-1], len(p)), np.float32)
for first in range(0, q.shape[-1], block):
    part = slice(first, first + block)
    total += q[..., part].astype(np.float32) @ p[:, part].astype(np.float32).T
return total.astype(np.int32) - zero_point * p.sum(axis=1, dtype=np.int32)

# %% mutant: int64
"""The sums are int64."""

old = "return total - zero_point"
new = "return total.astype(np.int64) - zero_point"

# %% mutant: rest_forgotten
"""Only whole blocks are multiplied."""

old = "range(0, q.shape[-1], block)"
new = "range(0, q.shape[-1] // block * block or q.shape[-1], block)"

# %% edge: blocks_of_a_thousand
"""The block is always a thousand."""

old = "part = slice(first, first + block)"
new = "part = slice(first, first + 1000)"

# %% alternative: by_int64
"""The product of NumPy's integers, in int64."""

wide = q.astype(np.int64) - zero_point
return (wide @ p.T.astype(np.int64)).astype(np.int32)

# %% alternative: the_zero_point_first
"""The zero point is taken away first, in float64, which holds every such sum."""

wide = q.astype(np.float64) - zero_point
return np.rint(wide @ p.astype(np.float64).T).astype(np.int32)
