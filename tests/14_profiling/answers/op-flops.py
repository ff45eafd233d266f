# %% mutant: multiply_adds
"""A multiplication with its addition counted once."""

old = "return 2 * values * shapes[0][-1]"
new = "return values * shapes[0][-1]"

# %% mutant: result_only
"""A product costs as much as any other operation."""

old = """\
if name in ("matmul", "linear"):
    return 2 * values * shapes[0][-1]
"""
new = ""

# %% mutant: linear_by_the_rows
"""What a linear layer sums over is taken from the weight's first dimension."""

old = "return 2 * values * shapes[0][-1]"
new = "return 2 * values * shapes[1][-1 if name == 'matmul' and len(shapes[1]) < 2 else 0]"

# %% mutant: bias_added
"""The bias is counted once more."""

old = "return 2 * values * shapes[0][-1]"
new = "return 2 * values * shapes[0][-1] + values * (len(shapes) > 2)"

# %% mutant: groups_forgotten
"""A convolution sums over all channels of its input, whatever the groups."""

old = "return 2 * values * math.prod(shapes[1][1:])"
new = "return 2 * values * shapes[0][1] * math.prod(shapes[1][2:])"

# %% mutant: kernel_forgotten
"""A convolution is counted as if its kernel were 1 x 1."""

old = "math.prod(shapes[1][1:])"
new = "shapes[1][1]"

# %% mutant: one_product_of_attention
"""Only the scores of attention are counted."""

old = "(q[-1] + v[-1])"
new = "q[-1]"

# %% mutant: square_attention
"""As many keys as queries."""

old = "k[-2] * (q"
new = "q[-2] * (q"

# %% mutant: sums_by_the_result
"""A sum is counted by its result."""

old = """\
if name in REDUCTIONS:
    return math.prod(shapes[0])
"""
new = ""

# %% mutant: views_work
"""A transpose is counted like arithmetic."""

old = """\
if name in VIEWS:
    return 0
"""
new = ""

# %% edge: vectors
"""A product of one value is taken for free."""

old = "values = math.prod(shape)"
new = "values = math.prod(shape) if shape else 0"

# %% alternative: by_a_table
"""A table of what each value of the result costs."""

cost = {
    "matmul": lambda: 2 * shapes[0][-1],
    "linear": lambda: 2 * shapes[1][1],
    "convolution": lambda: 2 * shapes[1][1] * shapes[1][2] * shapes[1][3],
}
if name in ATTENTION:
    (*front, t, d), (*_, s, _), (*_, e) = attention_shapes(shapes)
    return math.prod(front) * (2 * t * d * s + 2 * t * s * e)
if name in VIEWS:
    return 0
size = int(np.prod(shapes[0] if name in REDUCTIONS else shape, dtype=np.int64))
return size * cost.get(name, lambda: 1)()
