# %% mutant: divides_by_zero
"""A 0 beside the -1 ends in a ZeroDivisionError."""

old = "if -1 in shape and known and size % known == 0:"
new = "if -1 in shape and size % known == 0:"

# %% mutant: full_shape_unchecked
"""A shape without -1 is believed as it is."""

old = "if -1 in shape or known != size:"
new = "if -1 in shape:"

# %% mutant: rest_dropped
"""Divides without asking whether it comes out even."""

old = "if -1 in shape and known and size % known == 0:"
new = "if -1 in shape and known:"

# %% mutant: two_negatives_make_a_positive
"""Only the product is compared, so (-2, -6) holds twelve values."""

old = "if shape.count(-1) > 1 or any(n < -1 for n in shape):"
new = "if shape.count(-1) > 1:"

# %% mutant: two_sizes_open
"""Every -1 is replaced by the same number."""

old = "if shape.count(-1) > 1 or any(n < -1 for n in shape):"
new = "if any(n < -1 for n in shape):"

# %% alternative: by_index
"""Finds the place of the -1 and fills it in."""

complaint = ValueError(f"{size} values do not fit into shape {shape}")
open_places = [d for d, n in enumerate(shape) if n == -1]
if len(open_places) > 1 or min(shape, default=0) < -1:
    raise complaint
result = list(shape)
for place in open_places:
    others = math.prod(shape[:place] + shape[place + 1 :])
    if others == 0 or size % others != 0:
        raise complaint
    result[place] = size // others
if math.prod(result) != size:
    raise complaint
return tuple(result)

# %% alternative: numpy_tries_it
"""Lets NumPy reshape an array of no size worth mentioning."""

if any(n < -1 for n in shape):
    raise ValueError(f"{size} values do not fit into shape {shape}")
try:
    return np.broadcast_to(np.int8(0), size).reshape(shape).shape
except ValueError as error:
    raise ValueError(f"{size} values do not fit into shape {shape}") from error

# %% alternative: shape_before_size
"""The error names the shape first and the size after it."""

if min(shape, default=0) < -1 or shape.count(-1) > 1:
    raise ValueError(f"shape {shape} cannot hold {size} values: one size may be -1, none less")
known = math.prod(n for n in shape if n != -1)
if -1 not in shape:
    if known != size:
        raise ValueError(f"shape {shape} holds {known} values, not {size}")
    return shape
if known == 0 or size % known:
    raise ValueError(f"no number does for the -1 of shape {shape} and {size} values")
at = shape.index(-1)
return (*shape[:at], size // known, *shape[at + 1 :])
