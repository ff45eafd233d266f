# %% mutant: aligned_left
"""The shorter shape is padded on the right: (32, 64) and (64,) end in a ValueError."""

old = "for m, n in zip((1,) * (ndim - len(a)) + a, (1,) * (ndim - len(b)) + b, strict=True):"
new = "for m, n in zip(a + (1,) * (ndim - len(a)), b + (1,) * (ndim - len(b)), strict=True):"

# %% mutant: cut_to_the_shorter
"""No padding: zip stops where the shorter shape ends, and leading dimensions are lost."""

old = "for m, n in zip((1,) * (ndim - len(a)) + a, (1,) * (ndim - len(b)) + b, strict=True):"
new = "for m, n in zip(a[::-1], b[::-1]):"
old = "return tuple(sizes)"
new = "return tuple(sizes[::-1])"

# %% mutant: larger_size_wins
"""The larger of two sizes wins, so that 1 against 0 gives 1."""

old = "sizes.append(n if m == 1 else m)"
new = "sizes.append(max(m, n))"

# %% mutant: never_refuses
"""Sizes that do not fit are no error: the first one wins."""

old = 'raise ValueError(f"shapes {a} and {b} do not broadcast: {m} against {n}")'
new = "pass"

# %% mutant: only_the_second_is_padded
"""Takes for granted that the first shape is the longer one: else zip ends in a ValueError."""

old = "ndim = max(len(a), len(b))"
new = "ndim = len(a)"

# %% mutant: only_the_second_stretches
"""A 1 is stretched in the second shape only: in the first it ends in a ValueError."""

old = "if m != n and m != 1 and n != 1:"
new = "if m != n and n != 1:"
old = "sizes.append(n if m == 1 else m)"
new = "sizes.append(m)"

# %% edge: zero_fits_anything
"""A size of 0 is let through against any other, as if it could be stretched."""

old = "if m != n and m != 1 and n != 1:"
new = "if m > 1 and n > 1 and m != n:"

# %% mutant: a_list
"""Returns the sizes in a list."""

old = "return tuple(sizes)"
new = "return sizes"

# %% mutant: back_to_front
"""Walks from the right and forgets to turn the result round."""

result = []
for m, n in itertools.zip_longest(a[::-1], b[::-1], fillvalue=1):
    if m != n and 1 not in (m, n):
        raise ValueError(f"shapes {a} and {b} do not broadcast: {m} against {n}")
    result.append(n if m == 1 else m)
return tuple(result)

# %% mutant: numpy_knows
"""Asks NumPy, whose error names the shapes, but not the sizes."""

return np.broadcast_shapes(a, b)

# %% mutant: sizes_not_named
"""The error names the shapes, but not the sizes that do not fit."""

old = 'raise ValueError(f"shapes {a} and {b} do not broadcast: {m} against {n}")'
new = 'raise ValueError(f"shapes {a} and {b} do not broadcast")'

# %% alternative: error_of_two_lines
"""From the right, with an error of two lines that names the sizes before the shapes."""

sizes = []
for m, n in itertools.zip_longest(reversed(a), reversed(b), fillvalue=1):
    if m != n and 1 not in (m, n):
        raise ValueError(f"sizes {n} and {m} do not fit\nshapes: {list(b)}, {list(a)}")
    sizes.append(n if m == 1 else m)
return tuple(reversed(sizes))

# %% alternative: from_the_right
"""Walks from the last dimension to the first with zip_longest."""

result = ()
for m, n in itertools.zip_longest(a[::-1], b[::-1], fillvalue=1):
    if 1 not in (m, n) and m != n:
        raise ValueError(f"{m} and {n} differ: {a} does not fit {b}")
    result = ((m if n == 1 else n), *result)
return result

# %% alternative: shapes_as_2x3
"""Writes shapes as 7x2x5, and the sizes first."""

width = max(len(a), len(b))
left, right = [1] * (width - len(a)) + list(a), [1] * (width - len(b)) + list(b)
for m, n in zip(left, right):
    if 1 not in {m, n} and m != n:
        first, second = ("x".join(map(str, shape)) for shape in (a, b))
        raise ValueError(f"{m} is not {n}: {first} and {second} do not fit together")
return tuple(m * n if 1 in (m, n) else m for m, n in zip(left, right))
