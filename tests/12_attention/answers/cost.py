# %% mutant: additions_apart
"""Multiplications and additions are counted apart."""

old = "return projections, scores,"
new = "return 2 * projections, 2 * scores,"

# %% mutant: crossover_equal
"""The length at which both are equal."""

old = "2 * width + 1"
new = "2 * width"

# %% mutant: every_head_all_features
"""Each head is counted with all features."""

old = "2 * length * length * width"
new = "2 * length * length * width * heads"

# %% mutant: fractions
"""Divided with /, so that a float comes back."""

old = "projections = 4 * length * width * width"
new = "projections = 8 * length * width * width / 2"

# %% mutant: numbers_not_bytes
"""The numbers are counted, not their bytes."""

old = "4 * heads * length * length"
new = "heads * length * length"

# %% mutant: one_head_kept
"""The weights of one head only."""

old = "4 * heads * length * length"
new = "4 * length * length"

# %% mutant: one_product
"""Only the product of queries and keys."""

old = "scores = 2 * length"
new = "scores = length"

# %% mutant: three_layers
"""The output layer is forgotten."""

old = "projections = 4 * length"
new = "projections = 3 * length"

# %% edge: square_of_width
"""The scores as if there were as many positions as in the first test for each feature."""

old = "2 * length * length * width"
new = "2 * length * length * width if heads > 1 else 2 * length * length * (width - 1)"

# %% alternative: products
"""Product by product, and a search for the crossing."""

size = width // heads
layers = [length * width * width for _ in ("q", "k", "v", "out")]
pairs = heads * (length * size * length + length * length * size)
crossing = next(t for t in itertools.count() if 2 * t * t * width > 4 * t * width * width)
return sum(layers), pairs, heads * length * length * 4, crossing
