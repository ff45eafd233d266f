# %% mutant: all_at_once
"""All values are moved together."""

x += eps
above = f()
x -= 2 * eps
below = f()
x += eps
return np.full_like(x, (above - below) / (2 * eps))

# %% mutant: changes_a_copy
"""A copy is changed, which f never sees."""

old = "gradient = np.zeros_like(x)"
new = "gradient, x = np.zeros_like(x), x.copy()"

# %% mutant: divided_by_eps
"""The two points are taken to be eps apart, not 2 * eps."""

old = "gradient[place] = (above - below) / (2 * eps)"
new = "gradient[place] = (above - below) / eps"

# %% mutant: not_put_back
"""Each value stays moved."""

old = """\
x[place] = value
gradient[place] = (above - below) / (2 * eps)"""
new = "gradient[place] = (above - below) / (2 * eps)"

# %% mutant: one_dimension_only
"""Goes along the first dimension only."""

gradient = np.zeros_like(x)
for i in range(len(x)):
    value = np.copy(x[i])
    x[i] = value + eps
    above = f()
    x[i] = value - eps
    below = f()
    x[i] = value
    gradient[i] = (above - below) / (2 * eps)
return gradient

# %% mutant: one_sided
"""A forward difference: one step, to one side."""

old = """\
x[place] = value - eps
below = f()"""
new = """\
x[place] = value
below = f()"""
old = "gradient[place] = (above - below) / (2 * eps)"
new = "gradient[place] = (above - below) / eps"

# %% mutant: put_back_by_adding
"""Adding and subtracting eps leaves a rounding error in x."""

gradient = np.zeros_like(x)
for place in np.ndindex(x.shape):
    x[place] += eps
    above = f()
    x[place] -= 2 * eps
    below = f()
    x[place] += eps
    gradient[place] = (above - below) / (2 * eps)
return gradient

# %% mutant: shape_lost
"""A flat list of slopes."""

old = "return gradient"
new = "return gradient.ravel()"

# %% mutant: flat_copy
"""x.reshape(-1) of an array that is not contiguous is a copy, which f never sees."""

gradient, flat = np.zeros(x.size), x.reshape(-1)
for i in range(flat.size):
    value = flat[i]
    flat[i] = value + eps
    above = f()
    flat[i] = value - eps
    below = f()
    flat[i] = value
    gradient[i] = (above - below) / (2 * eps)
return gradient.reshape(x.shape)

# %% edge: in_memory_order
"""Goes through memory in its own order: of an array that skips numbers that is a copy."""

gradient = np.zeros_like(x)
slopes, flat = gradient.ravel("K"), x.ravel("K")
for i in range(flat.size):
    value = flat[i]
    flat[i] = value + eps
    above = f()
    flat[i] = value - eps
    below = f()
    flat[i] = value
    slopes[i] = (above - below) / (2 * eps)
return slopes.reshape(gradient.shape) if x.flags.c_contiguous else gradient

# %% alternative: nditer
"""np.nditer with writable elements."""

gradient = np.empty_like(x)
both = np.nditer([x, gradient], ["zerosize_ok"], [["readwrite"], ["writeonly"]])
with both:
    for here, slope in both:
        value, ends = here.copy(), []
        for step in (eps, -eps):
            here[...] = value + step
            ends.append(f())
        here[...] = value
        slope[...] = (ends[0] - ends[1]) / (2 * eps)
return gradient

# %% alternative: plain_loop_over_places
"""A helper for one point, and unravel_index for the places."""

gradient = np.zeros(x.shape)


def at(place, value):
    x[place] = value
    return f()


for number in range(x.size):
    place = np.unravel_index(number, x.shape)
    old = float(x[place])
    gradient[place] = at(place, old + eps) / (2 * eps) - at(place, old - eps) / (2 * eps)
    x[place] = old
return gradient

# %% alternative: flat
"""x.flat, which writes into the array whatever its layout is."""

gradient = np.zeros_like(x)
for i, value in enumerate(x.flatten()):
    x.flat[i] = value + eps
    above = f()
    x.flat[i] = value - eps
    gradient.flat[i] = (above - f()) / (2 * eps)
    x.flat[i] = value
return gradient
