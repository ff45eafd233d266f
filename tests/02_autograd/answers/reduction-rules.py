# %% mutant: dimension_not_kept
"""The gradient is stretched without putting the reduced dimension back: a ValueError."""

old = "return np.broadcast_to(keep_dims(g, x, dim), x.shape)"
new = "return np.broadcast_to(g, x.shape)"

# %% mutant: gather_in_dim_1_only
"""gather is taken to pick along dimension 1, whatever dim says."""

old = "places[dim] = index"
new = "places[1] = index"

# %% mutant: gather_overwrites
"""A place that was gathered twice keeps only its last gradient."""

old = "np.add.at(gradient, tuple(places), g)"
new = "gradient[tuple(places)] = g"

# %% mutant: index_overwrites
"""A place that was picked twice keeps only its last gradient."""

old = "np.add.at(gradient, key, g)"
new = "gradient[key] = g"

# %% mutant: index_plus_equals
"""`+=` with repeated places adds only one of the gradients."""

old = "np.add.at(gradient, key, g)"
new = "gradient[key] += g"

# %% mutant: mean_not_divided
"""The gradient of a mean is that of a sum."""

old = "return np.broadcast_to(keep_dims(g, x, dim) * share, x.shape)"
new = "return np.broadcast_to(keep_dims(g, x, dim), x.shape)"

# %% mutant: mean_over_everything
"""A mean along one dimension is divided by the number of all values."""

old = "share = x.dtype.type(out.size / max(x.size, 1))"
new = "share = x.dtype.type(1 / max(x.size, 1))"

# %% mutant: sum_of_ones
"""The gradient of a sum is taken to be 1, without the chain rule."""

old = "return np.broadcast_to(keep_dims(g, x, dim), x.shape)"
new = "return np.ones_like(x)"

# %% mutant: widens_to_float64
"""The gradient is begun in float64, whatever x is."""

old = """\
def index_rule(g, out, x, key):
    gradient = np.zeros_like(x)"""
new = """\
def index_rule(g, out, x, key):
    gradient = np.zeros(x.shape)"""

# %% mutant: stretched_by_ones
"""Stretches by an array of ones, which is float64."""

old = "return np.broadcast_to(keep_dims(g, x, dim), x.shape)"
new = "return np.ones(x.shape) * keep_dims(g, x, dim)"

# %% mutant: put_along_axis
"""np.put_along_axis keeps one of the gradients of a place, where they should add up."""

old = """\
places = list(np.indices(index.shape, sparse=True))
places[dim] = index
np.add.at(gradient, tuple(places), g)"""
new = "np.put_along_axis(gradient, index, g, axis=dim)"

# %% mutant: mean_by_the_number_of_means
"""Divided by the number of means instead of by how many values went into each."""

old = "share = x.dtype.type(out.size / max(x.size, 1))"
new = "share = x.dtype.type(1 / out.size)"

# %% mutant: mean_in_float64
"""The share is a float64, so the gradient is, too."""

old = "share = x.dtype.type(out.size / max(x.size, 1))"
new = "share = np.float64(out.size / max(x.size, 1))"

# %% mutant: keepdim_not_taken
"""The rule of sum takes no keepdim: a TypeError."""

old = "def sum_rule(g, out, x, dim=None, keepdim=False):"
new = "def sum_rule(g, out, x, dim=None):"

# %% mutant: mean_along_a_whole_number
"""The number of values is looked up as x.shape[dim]: a TypeError for None and for tuples."""

old = "share = x.dtype.type(out.size / max(x.size, 1))"
new = "share = x.dtype.type(1 / x.shape[dim])"

# %% mutant: squeezed_dimension_expanded
"""np.expand_dims, also where keepdim has kept the dimension: a ValueError."""

old = "return np.broadcast_to(keep_dims(g, x, dim), x.shape)"
new = "return np.broadcast_to(g if dim is None else np.expand_dims(g, dim), x.shape)"

# %% edge: mean_of_nothing
"""Divides by x.size, which is 0 for an empty x: a ZeroDivisionError."""

old = "share = x.dtype.type(out.size / max(x.size, 1))"
new = "share = x.dtype.type(out.size / x.size)"

# %% edge: index_of_one_array_only
"""Only a single array of integers is taken to repeat, not one among the parts of a key."""

old = "if may_repeat(key):"
new = "if not isinstance(key, tuple) and may_repeat(key):"

# %% alternative: by_counting_places
"""Indexing by numbering all places of x and adding up with bincount."""


def stretch(g, x, dim):
    return keep_dims(g, x, dim) + np.zeros_like(x)


def scatter(x, places, g):
    sums = np.bincount(places.ravel(), np.asarray(g).ravel(), x.size)
    return sums.reshape(x.shape).astype(x.dtype)


def numbers(x):
    return np.arange(x.size).reshape(x.shape)


def sum_rule(g, out, x, dim=None, keepdim=False):
    return stretch(g, x, dim)


def mean_rule(g, out, x, dim=None, keepdim=False):
    return stretch(g, x, dim) / x.dtype.type(x.size // out.size)


def index_rule(g, out, x, key):
    return scatter(x, np.asarray(numbers(x)[key]), g)


def gather_rule(g, out, x, dim, index):
    key = list(np.indices(index.shape))
    key[dim] = index
    return scatter(x, numbers(x)[tuple(key)], g)


rules = {sum_op: sum_rule, mean_op: mean_rule, index_op: index_rule, gather_op: gather_rule}
return {op: (rule,) for op, rule in rules.items()}

# %% alternative: lambdas_and_one_helper
"""Always np.add.at, in one helper; the mean divides first."""


def add_at(x, key, g):
    gradient = np.zeros(x.shape, x.dtype)
    np.add.at(gradient, key, g)
    return gradient


def key_of(dim, index):
    rows, columns = np.indices(index.shape)
    return (index, columns) if dim in (0, -2) else (rows, index)


def spread(g, x, dim):
    return np.ones_like(x) * keep_dims(g, x, dim)


return {
    sum_op: (lambda g, out, x, dim=None, keepdim=False: spread(g, x, dim),),
    mean_op: (
        lambda g, out, x, dim=None, keepdim=False: spread(g * (out.size / (x.size or 1)), x, dim),
    ),
    index_op: (lambda g, out, x, key: add_at(x, key, g),),
    gather_op: (lambda g, out, x, dim, index: add_at(x, key_of(dim, index), g),),
}

# %% alternative: moved_to_the_front
"""gather by moving its dimension to the front, and place by place; a mean by np.prod."""


def sum_rule(g, out, x, dim=None, keepdim=False):
    return keep_dims(g, x, dim) * np.ones_like(x)


def mean_rule(g, out, x, dim=None, keepdim=False):
    count = np.prod([x.shape[d] for d in dims_of(x.ndim, dim)], dtype=int)
    return sum_rule(g, out, x, dim) / x.dtype.type(max(count, 1))


def index_rule(g, out, x, key):
    gradient = np.zeros(x.shape, x.dtype)
    np.add.at(gradient, key, g)
    return gradient


def gather_rule(g, out, x, dim, index):
    gradient = np.zeros_like(x)
    for place in np.ndindex(index.shape):
        there = list(place)
        there[dim] = index[place]
        gradient[tuple(there)] += g[place]
    return gradient


return {
    op: [rule]
    for op, rule in zip(
        (sum_op, mean_op, index_op, gather_op),
        (sum_rule, mean_rule, index_rule, gather_rule),
        strict=True,
    )
}
