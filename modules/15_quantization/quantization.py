# %% [markdown]
# # 15 · Quantization
#
# A weight in float32 takes four bytes, and most of them say something that nobody needs to know.
# **Quantization** stores it as a small integer and remembers, for a whole layer, which step on a
# grid such an integer stands for. A model becomes four times smaller, and loses, as you will
# measure, almost nothing. At eight bits, that is: with too few it breaks, and it is worth knowing
# where.
#
# At the end of this module your perceptron reads handwritten digits and multiplies nothing but
# integers for it, and its file has about a quarter of its size. One thing it will *not* be is
# faster: NumPy multiplies float32 matrices much faster than integer ones. Module 17 brings a kernel
# that changes this.

# %% given: imports
# %% given: notebook-imports
# %% given: tests

# %% [markdown]
# ## 1. A grid
#
# With $b$ bits there are $2^b$ integers. Spread them evenly from the smallest value `low` to the
# largest, `high`: neighbors are one **step** apart, and there are $2^b - 1$ steps.
#
# $$\text{step} = \frac{\text{high} - \text{low}}{2^b - 1}$$
#
# A value is stored as the nearest point of the grid, so it moves by half a step at most. Each bit
# more halves the step, and with it the error.
#
# **Exercise 1 · easy · 15 minutes.** Fill in `bits_for`. Predict first: weights lie between -1 and
# 1, and no one may move by more than 0.01. How many bits?


# %% nbgrader={"grade_id": "bits-for", "solution": true}
#| export
def bits_for(low: float, high: float, error: float) -> int:
    """The fewest bits with which no value from low to high moves by more than `error`.

    A grid needs at least one bit. Raises: ValueError that names the value if error is not above 0
    (nan is not), and one that names both if low is above high.
    """
    # About six lines. A loop over bits is fine, and safer than a logarithm.
    ### BEGIN SOLUTION
    if low > high:
        raise ValueError(f"bits_for: low is {low}, above high, {high}")
    if not error > 0:
        raise ValueError(f"bits_for: error must be above 0, not {error}")
    bits = 1
    while (high - low) / (2**bits - 1) / 2 > error:
        bits += 1
    return bits
    ### END SOLUTION


# %% nbgrader={"grade_id": "bits-for-test", "grade": true, "points": 3}
# Values from -1 to 1 that may move by 0.01: at least 100 steps.
equal(bits_for(-1.0, 1.0, 0.01), 7, "the bits for an error of 0.01", suspects=MISTAKES["bits"])
equal(bits_for(-1.0, 1.0, 0.001), 10, "the bits for an error of 0.001")
equal(bits_for(0.0, 3.0, 0.5), 2, "the bits for 0 to 3 and an error of 0.5: four integers")
equal(bits_for(5.0, 5.0, 0.1), 1, "the bits for a single value")

# %% nbgrader={"grade_id": "bits-for-test-2", "grade": true, "points": 1}
# What cannot be asked for is named.
for low, high, error, names in (
    (0.0, 1.0, 0.0, "0.0"),
    (0, 1, -0.5, "-0.5"),
    (3, 1, 0.1, ("3", "1")),
):
    with raises(ValueError, names, f"the error of bits_for({low}, {high}, {error})"):
        bits_for(low, high, error)

# %% nbgrader={"grade_id": "bits-for-hidden", "grade": true, "points": 1}
# Also graded: other ranges, borders that are just met, not a number.
### BEGIN HIDDEN TESTS
for low, high, error, bits in (
    (-8.0, 8.0, 0.5, 5),
    (0.0, 255.0, 0.5, 8),
    (0.0, 256.0, 0.5, 9),
    (-1.0, 1.0, 1.0, 1),
    (-0.1, 0.3, 1e-6, 18),
    (2.0, 100.0, 1000.0, 1),
):
    equal(bits_for(low, high, error), bits, f"the bits for {low} to {high}, error {error}")
with raises(ValueError, "nan", "the error of an error that is not a number"):
    bits_for(0.0, 1.0, math.nan)
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Scale and zero point
#
# An integer $q$ stands for the value $\text{scale} \cdot (q - z)$. The **scale** is the step, and
# the **zero point** $z$ is the integer that stands for 0. That one must be a point of the grid,
# exactly: images are padded with zeros, and a ReLU makes thousands of them. So the range is first
# widened until it holds 0, and then $z$ is rounded to an integer.
#
# $$\text{scale} = \frac{\text{high} - \text{low}}{q_\text{max} - q_\text{min}} \qquad
# z = q_\text{min} - \text{round}(\text{low} / \text{scale})$$
#
# Ranges that are a single number are no special case, once 0 belongs to them: 500 to 500 becomes 0
# to 500. Only if nothing but zeros was seen is there no range at all; then any scale does, say 1.
#
# **Exercise 2 · medium · 20 minutes.** Fill in `affine_grid`.


# %% nbgrader={"grade_id": "affine-grid", "solution": true}
#| export
def affine_grid(low: float, high: float, qmin: int = -128, qmax: int = 127) -> tuple[float, int]:
    """(scale, zero_point) of the grid of integers qmin to qmax over the values low to high.

    The range is widened to hold 0, and the zero point, an int, lies between qmin and qmax. Where
    low = high = 0 the scale is 1.0. low and high are finite, and low is not above high.
    Source: Jacob et al. (2018), Quantization and Training of Neural Networks, arXiv:1712.05877.
    """
    # About five lines. Python's `round` goes to the nearest integer.
    ### BEGIN SOLUTION
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (qmax - qmin) or 1.0
    zero_point = qmin - round(low / scale)
    return float(scale), int(min(max(zero_point, qmin), qmax))
    ### END SOLUTION


# %% nbgrader={"grade_id": "affine-grid-test", "grade": true, "points": 2}
# From -1 to 1.55 in 255 steps; positive and negative ranges, which begin and end at 0.
scale, zero = affine_grid(-1.0, 1.55)
close(scale, 0.01, "the scale of -1 to 1.55", suspects=MISTAKES["scale"])
equal(zero, -28, "the zero point of -1 to 1.55", suspects=MISTAKES["zero point"])
for low, high, expected in ((1.0, 5.1, (0.02, -128)), (-5.1, -1.0, (0.02, 127))):
    scale, zero = affine_grid(low, high)
    hint = "the range must hold 0: widen it first"
    close(scale, expected[0], f"the scale of {low} to {high}", hint=hint)
    equal(zero, expected[1], f"the zero point of {low} to {high}", hint=hint)

# %% nbgrader={"grade_id": "affine-grid-test-2", "grade": true, "points": 2}
# A single value, nothing but zeros, other integers; Python's own numbers come back.
close(affine_grid(500.0, 500.0), (500 / 255, -128), "the grid of 500 alone")
close(affine_grid(-3.0, -3.0), (3 / 255, 127), "the grid of -3 alone")
close(affine_grid(0.0, 0.0), (1.0, -128), "the grid of zeros")
close(affine_grid(-1.0, 2.0, 0, 15), (0.2, 5), "the grid of -1 to 2 with four bits, 0 to 15")
found = [type(part).__name__ for part in affine_grid(np.float32(-1.0), np.float32(1.0))]
equal(found, ["float", "int"], "the types of scale and zero point")

# %% nbgrader={"grade_id": "affine-grid-hidden", "grade": true, "points": 2}
# Also graded: random ranges, both ends on the grid to half a step, 0 exactly; tiny and huge ranges.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(0)
for qmin, qmax in ((-128, 127), (0, 255), (-8, 7), (0, 3)):
    for low, high in np.sort(rng.normal(size=(20, 2)), axis=1):
        scale, zero = affine_grid(low, high, qmin, qmax)
        what = f"of {low:.3f} to {high:.3f} with {qmin} to {qmax}"
        wide = max(high, 0) - min(low, 0)
        close(scale, wide / (qmax - qmin), f"the scale {what}")
        equal(qmin <= zero <= qmax, True, f"whether the zero point {what} is one of the integers")
        ends = np.array([scale * (qmin - zero), scale * (qmax - zero)])
        off = np.abs(ends - [min(low, 0), max(high, 0)]).max() / scale
        equal(bool(off <= 0.5 + 1e-6), True, f"whether the ends {what} are met to half a step")
close(affine_grid(0.0, 1e-30)[0], 1e-30 / 255, "the scale of a tiny range", atol=0)
close(affine_grid(-1e30, 2e30), (3e30 / 255, -43), "the grid of a huge range")
### END HIDDEN TESTS

# %% [markdown]
# ## 3. To integers and back
#
# $$q = \text{clip}(\text{round}(x / \text{scale}) + z,\ q_\text{min},\ q_\text{max}) \qquad
# x \approx \text{scale} \cdot (q - z)$$
#
# Mind the order. An int8 holds -128 to 127, and 130 made an int8 is -126: it **wraps around**. So
# first round, then shift, then clip, all in floats, and make it an integer last. And round to the
# *nearest*: cutting off the fraction doubles the error and shifts every value towards 0.
#
# **Exercise 3 · easy · 15 minutes.** Fill in `quantize`.


# %% nbgrader={"grade_id": "quantize", "solution": true}
#| export
def quantize(x: np.ndarray, scale, zero_point, qmin: int = -128, qmax: int = 127) -> np.ndarray:
    """The values of `x` as int8 on the grid: rounded to the nearest, clipped to qmin and qmax.

    scale, zero_point: numbers, or arrays that broadcast with x. Halves go to the even integer, as
    `np.rint` does. x is not changed.
    Shapes: any, kept. Dtype: int8, whatever that of x.
    """
    # One to three lines.
    ### BEGIN SOLUTION
    q = np.rint(x / scale) + zero_point
    return np.clip(q, qmin, qmax).astype(np.int8)
    ### END SOLUTION


# %% nbgrader={"grade_id": "quantize-test", "grade": true, "points": 2}
# Values on the grid, between its points, and outside.
x = np.array([0.0, 0.52, -0.52, 0.24, 0.26, -0.25])
found = quantize(x, 0.5, 0)
equal(found.tolist(), [0, 1, -1, 0, 1, 0], "0, 0.52, -0.52, 0.24, 0.26, -0.25 in steps of 0.5")
equal(found.dtype.name, "int8", "the dtype")
close(x, [0.0, 0.52, -0.52, 0.24, 0.26, -0.25], "x after the call")
far = quantize(np.array([200.0, -200.0, 127.4, 1000.0]), 1.0, 0)
equal(far.tolist(), [127, -128, 127, 127], "values outside the range", suspects=MISTAKES["clipped"])
shifted = quantize(np.array([0.0, 1.0, 40.0]), 0.25, -100)
equal(shifted.tolist(), [-100, -96, 60], "0, 1 and 40 in steps of 0.25 with zero point -100")

# %% nbgrader={"grade_id": "quantize-test-2", "grade": true, "points": 2}
# Fewer bits, a scale for each row, float32.
small = quantize(np.array([-3.0, -1.0, 0.4, 9.0]), 1.0, 0, -2, 1)
equal(small.tolist(), [-2, -1, 0, 1], "two bits: -2 to 1")
rows = quantize(np.array([[1.0, 2.0], [1.0, 2.0]], np.float32), np.array([[1.0], [0.5]]), 0)
equal(rows.tolist(), [[1, 2], [2, 4]], "a scale for each row")

# %% nbgrader={"grade_id": "quantize-hidden", "grade": true, "points": 2}
# Also graded: halves, random values, zero points at both ends; nothing; what rounding costs.
### BEGIN HIDDEN TESTS
equal(quantize(np.array([0.5, 1.5, 2.5, -0.5, -1.5]), 1.0, 0).tolist(), [0, 2, 2, 0, -2], "halves")
rng = np.random.default_rng(1)
for dtype, zero in itertools.product(("float32", "float64"), (-128, -5, 0, 127)):
    x = (rng.normal(size=(4, 5, 3)) * 100).astype(dtype)
    found, expected = quantize(x, 0.7, zero), np.clip(np.rint(x / 0.7) + zero, -128, 127)
    equal(found.tolist(), expected.astype(int).tolist(), f"{dtype} values with zero point {zero}")
equal(quantize(np.zeros((0, 3)), 1.0, 0).shape, (0, 3), "the shape of no values")
x = rng.uniform(-10, 10, 1000)
worst = np.abs(x - 0.1 * quantize(x, 0.1, 0)).max()
equal(bool(worst <= 0.05 + 1e-9), True, "whether no value moved by more than half a step")
### END HIDDEN TESTS

# %% [markdown]
# Given: `dequantize`, the way back. What the grid looks like: a staircase, which is flat outside
# the range; and the weights of a layer on grids of eight, four and two bits.

# %% given: dequantize
# %% given: model
# %% given: grids

# %% [markdown]
# At eight bits the points are so dense that you cannot tell the histogram from the original. At
# four there is room for 15 bars. At two, three bars are left, and 99 of 100 weights have become 0:
# the histogram has the shape of a bell, and the range is set by the few that are far out.
#
# ## 4. One scale for each channel
#
# The rows of a weight matrix belong to different units, and some units have weights ten times as
# large as others. With one scale for all, the largest row decides, and small rows are squeezed into
# a few integers. A scale for each output channel (**per channel**) costs four bytes a row and needs
# no new arithmetic: the row's outputs are multiplied by it at the end.
#
# For weights the grid is **symmetric**: the zero point is 0, and the integers go from -127 to 127
# for eight bits. The -128 is given up, so that a weight and its negative are treated alike.
#
# **Exercise 4 · easy · 15 minutes.** Fill in `channel_scales`.


# %% nbgrader={"grade_id": "channel-scales", "solution": true}
#| export
def channel_scales(weight: np.ndarray, bits: int = 8) -> np.ndarray:
    """A scale for each output channel: its largest absolute value is the largest integer.

    weight: (out, ...), the channels along dimension 0. The largest integer is 2**(bits - 1) - 1.
    A channel of zeros has the scale 1, and so has one without values.
    Shapes: (out, ...) -> (out, 1, ..., 1), with as many dimensions, to broadcast. float32.
    """
    # Three or four lines. `max(..., initial=0.0)` has an answer even where there are no values.
    ### BEGIN SOLUTION
    rest = tuple(range(1, weight.ndim))
    largest = np.abs(weight).max(axis=rest, keepdims=True, initial=0.0)
    scales = largest / (2 ** (bits - 1) - 1)
    return np.where(scales == 0, 1, scales).astype(np.float32)
    ### END SOLUTION


# %% nbgrader={"grade_id": "channel-scales-test", "grade": true, "points": 2}
# Two units, one of them a hundred times as large as the other; a unit of zeros; four bits.
weight = np.array([[1.27, -0.5, 0.1], [10.0, -127.0, 3.0], [0.0, 0.0, 0.0]], np.float32)
scales = channel_scales(weight)
equal(scales.shape, (3, 1), "the shape of the scales of a weight (3, 3)")
close(scales, [[0.01], [1.0], [1.0]], "the scales of three units", suspects=MISTAKES["channels"])
equal(scales.dtype.name, "float32", "the dtype of the scales")
close(channel_scales(weight[:2], bits=4), [[1.27 / 7], [127 / 7]], "the scales with four bits")

# %% nbgrader={"grade_id": "channel-scales-test-2", "grade": true, "points": 1}
# The filters of a convolution: (out, in, kh, kw).
filters = np.arange(-8.0, 8.0).reshape(2, 2, 2, 2)
scales = channel_scales(filters)
equal(scales.shape, (2, 1, 1, 1), "the shape of the scales of filters (2, 2, 2, 2)")
close(scales.reshape(-1), [8 / 127, 7 / 127], "the scales of two filters")

# %% nbgrader={"grade_id": "channel-scales-hidden", "grade": true, "points": 1}
# Also graded: other sizes and bits, units with negative weights only, no inputs.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(2)
for shape, bits in (((5, 7), 8), ((4, 3, 5, 5), 6), ((1, 9), 3), ((6, 1), 2)):
    weight = rng.normal(size=shape)
    expected = np.abs(weight).reshape(shape[0], -1).max(1) / (2 ** (bits - 1) - 1)
    found = channel_scales(weight, bits)
    close(found.reshape(-1), expected, f"the scales of {shape} with {bits} bits", dtype="float32")
close(channel_scales(np.array([[-3.0, -1.0]])), [[3 / 127]], "the scale of negative weights")
close(channel_scales(np.zeros((2, 0))), [[1], [1]], "the scales of units without inputs")
### END HIDDEN TESTS

# %% [markdown]
# ## 5. What range do activations have?
#
# Weights are there to be looked at. Activations depend on the data, so you have to run the model on
# some examples and watch: **calibration**. A few batches are enough. They come from the training
# set, never from the test set, and the model is in evaluation mode.
#
# Taking smallest and largest value is safe, but a single outlier makes the grid coarse for all. So
# one may cut off a small share of the values at both ends, by **percentiles**: a thousandth of the
# values is clipped, and all others are stored more finely.
#
# **Exercise 5 · medium · 15 minutes.** Fill in `observed_range`.


# %% nbgrader={"grade_id": "observed-range", "solution": true}
#| export
def observed_range(batches, keep: float = 1.0) -> tuple[float, float]:
    """(low, high): the range that holds the share `keep` of all values of all batches.

    batches: arrays of any shapes, one at least, with values. keep = 1: the smallest and the largest
    value of all. Less: as much is cut off at either end, by `np.quantile` of all values together.
    Raises: ValueError that names keep unless 0 < keep <= 1, and that says "no values" if there
    are none.
    """
    # About six lines.
    ### BEGIN SOLUTION
    if not 0 < keep <= 1:
        raise ValueError(f"observed_range: keep must be above 0 and at most 1, not {keep}")
    values = [np.asarray(batch).reshape(-1) for batch in batches]
    if not sum(map(len, values)):
        raise ValueError("observed_range: there are no values to take the range of")
    cut = (1 - keep) / 2
    low, high = np.quantile(np.concatenate(values), [cut, 1 - cut])
    return float(low), float(high)
    ### END SOLUTION


# %% nbgrader={"grade_id": "observed-range-test", "grade": true, "points": 2}
# Two batches; values that are all positive; 101 values, of which a tenth is cut off.
found = observed_range([np.array([[1.0, -2.0]]), np.array([5.0, 3.0])])
close(found, (-2, 5), "the range of two batches", suspects=MISTAKES["observed"])
positive = observed_range([np.array([3.0, 4.0]), np.array([7.0])])
close(positive, (3, 7), "the range of 3, 4, 7", hint="nothing says that 0 was seen")
values = np.arange(101.0)
close(observed_range([values[:50], values[50:]], keep=0.9), (5, 95), "the range of 90% of 0 to 100")

# %% nbgrader={"grade_id": "observed-range-test-2", "grade": true, "points": 1}
# Batches of unequal size count by their values; what makes no sense is named.
close(observed_range([np.zeros(99), np.full(1, 8.0)], keep=0.98), (0, 0.08), "99 zeros and an 8")
for keep in (0.0, 1.5, -1.0):
    with raises(ValueError, str(keep), f"the error of keep={keep}"):
        observed_range([np.arange(9.0)], keep)
for nothing in ([], [np.zeros(0)]):
    with raises(ValueError, "no values", "the error of no values at all"):
        observed_range(nothing)

# %% nbgrader={"grade_id": "observed-range-hidden", "grade": true, "points": 1}
# Also graded: random batches, a generator, negative values only, a single value, keep as a share.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(3)
batches = [rng.normal(size=shape) for shape in ((4, 5), (7,), (2, 3, 2))]
whole = np.concatenate([batch.reshape(-1) for batch in batches])
for keep in (1.0, 0.999, 0.8, 0.5):
    expected = np.quantile(whole, [(1 - keep) / 2, (1 + keep) / 2])
    close(observed_range(batches, keep), expected, f"the range of {keep:.1%} of the values")
close(observed_range(batch for batch in batches), (whole.min(), whole.max()), "from a generator")
close(observed_range([np.array([-5.0, -3.0])]), (-5, -3), "the range of negative values")
close(observed_range([np.array([2.5])], 0.5), (2.5, 2.5), "the range of one value")
### END HIDDEN TESTS

# %% [markdown]
# ## 6. A product of integers
#
# Let $x_i = s\,(q_i - z)$ be the quantized input and $w_{ji} = t_j\,p_{ji}$ the quantized weights.
# Then
#
# $$\sum_i x_i w_{ji} = s\,t_j \sum_i (q_i - z)\,p_{ji} =
# s\,t_j \Big(\sum_i q_i p_{ji} - z \sum_i p_{ji}\Big)$$
#
# and what is in the parentheses are integers only. The second sum does not depend on the input: it
# is a number for each row of the weight.
#
# Two traps. The products are too large for int8, and their sum too, so the sum needs 32 bits. And
# NumPy's integer product is slow, since BLAS (the library that does
# the float ones) has none: float32 is ten times as fast, or more. Is that
# exact? A float32 holds every integer up to $2^{24}$ exactly. One product is at most $128 \cdot
# 127$, so a sum of 1,000 of them stays below that. Longer ones are cut into blocks of 1,000, whose
# sums are added as integers.
#
# **Exercise 6 · hard · 30 minutes.** Fill in `int_matmul`.


# %% nbgrader={"grade_id": "int-matmul", "solution": true}
#| export
def int_matmul(q: np.ndarray, zero_point: int, p: np.ndarray, block: int = 1000) -> np.ndarray:
    """The sums of (q - zero_point) * p over the last dimension of both, exact, in int32.

    q: int8 (..., k), from -128 to 127. p: int8 (n, k), from -127 to 127. Products are taken in
    float32, for at most `block` values of k at a time, which keeps them exact.
    Shapes: (..., k), (n, k) -> (..., n). q and p are not changed.
    """
    # About eight lines: an int32 array of zeros, a loop over blocks, the sums of the rows of p.
    ### BEGIN SOLUTION
    total = np.zeros((*q.shape[:-1], len(p)), np.int32)
    for first in range(0, q.shape[-1], block):
        part = slice(first, first + block)
        left, right = q[..., part].astype(np.float32), p[:, part].astype(np.float32)
        total += (left @ right.T).astype(np.int32)  # (..., block) @ (block, n)
    return total - zero_point * p.sum(axis=1, dtype=np.int32)
    ### END SOLUTION


# %% nbgrader={"grade_id": "int-matmul-test", "grade": true, "points": 2}
# Two rows times three units, with a zero point of 3.
q = np.array([[3, 5, -4], [127, -128, 3]], np.int8)
p = np.array([[1, 2, -3], [127, 127, 127], [0, 0, 1]], np.int8)
found = int_matmul(q, 3, p)
expected = [[25, -635, -7], [-138, -889, 0]]
equal(found.tolist(), expected, "the sums of (q - 3) * p", suspects=MISTAKES["product"])
equal(found.dtype.name, "int32", "the dtype of the sums")

# %% nbgrader={"grade_id": "int-matmul-test-2", "grade": true, "points": 2}
# Long sums, which one float32 cannot hold: 5,000 products of 127 * 127, and one more of 1.
q, p = np.full((1, 5001), 127, np.int8), np.full((2, 5001), 127, np.int8)
p[0, -1], p[1, 2500] = 0, 1
found = int_matmul(q, 0, p)
hint = "add the blocks up as integers: a float32 holds no odd number above 2**24"
equal(found.tolist(), [[80645000, 80645127]], "the sums of 5,001 products", hint=hint)
found = int_matmul(q.reshape(1, 3, 1667), -128, p[:, :1667])
equal(found.shape, (1, 3, 2), "the shape for q (1, 3, 1667) and p (2, 1667)")
equal(found[0, 0].tolist(), [53985795] * 2, "the sums for a zero point of -128")

# %% nbgrader={"grade_id": "int-matmul-hidden", "grade": true, "points": 2}
# Also graded: random integers, sums of every length, blocks that do not divide, empty arrays.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(4)
for shape, n, zero in (
    ((4, 3), 2, 0),
    ((2, 5, 999), 3, -7),
    ((3, 1001), 4, 127),
    ((1, 4321), 1, -128),
):
    q = rng.integers(-128, 128, shape).astype(np.int8)
    p = rng.integers(-127, 128, (n, shape[-1])).astype(np.int8)
    expected = (q.astype(np.int64) - zero) @ p.T.astype(np.int64)
    equal(int_matmul(q, zero, p).tolist(), expected.tolist(), f"the sums of {shape} with {n} units")
q, p = rng.integers(-128, 128, (3, 10)).astype(np.int8), np.ones((2, 10), np.int8)
expected = (q.astype(int) - 4) @ p.T.astype(int)
equal(int_matmul(q, 4, p, block=3).tolist(), expected.tolist(), "the sums in blocks of three")
equal(int_matmul(np.zeros((0, 3), np.int8), 1, np.zeros((2, 3), np.int8)).shape, (0, 2), "no rows")
### END HIDDEN TESTS

# %% [markdown]
# ## 7. A linear layer in integers
#
# Now the whole layer. The input is quantized by the grid of calibration. The bias has to be added
# to integers that stand for multiples of $s\,t_j$, so it is stored as an int32 with *that* scale.
# What comes out is multiplied by $s\,t_j$, once, and is a float again for the next layer.
#
# **Exercise 7 · medium · 20 minutes.** Fill in `integer_linear`.


# %% nbgrader={"grade_id": "integer-linear", "solution": true}
#| export
def integer_linear(x, grid: tuple, p: np.ndarray, scales: np.ndarray, bias=None) -> np.ndarray:
    """x @ weight.T + bias, computed in integers: quantize, multiply, add the bias, rescale.

    x: float32 (..., k). grid: (scale, zero_point) of x, in int8. p: the weight (n, k), int8, with
    its scales (n, 1), as `channel_scales` gives them. bias: float32 (n,) or None; it is rounded to
    the nearest multiple of scale * scales, for each unit, and added as an integer.
    Shapes: (..., k) -> (..., n). Dtype: float32.
    """
    # About eight lines. The scale of unit j's integers is grid's scale times scales[j].
    ### BEGIN SOLUTION
    scale, zero_point = grid
    total = int_matmul(quantize(x, scale, zero_point), zero_point, p)
    steps = (scale * scales.reshape(-1)).astype(np.float32)  # (n,)
    if bias is not None:
        total = total + np.rint(bias / steps).astype(np.int32)
    return (total * steps).astype(np.float32)
    ### END SOLUTION


# %% nbgrader={"grade_id": "integer-linear-test", "grade": true, "points": 2}
# Two inputs, two units with scales of 0.1 and 1, a bias.
x = np.array([[1.0, -0.5]], np.float32)
p, scales = np.array([[10, -20], [1, 2]], np.int8), np.array([[0.1], [1.0]], np.float32)
bare = integer_linear(x, (0.5, -10), p, scales)
close(bare, [[2.0, 0.0]], "two units without a bias", suspects=MISTAKES["layer"], dtype="float32")
bias = np.array([0.26, -1.6], np.float32)
found, wrong = integer_linear(x, (0.5, -10), p, scales, bias), MISTAKES["bias"]
close(found, [[2.25, -1.5]], "two units with the bias 0.26 and -1.6", suspects=wrong)

# %% nbgrader={"grade_id": "integer-linear-test-2", "grade": true, "points": 1}
# Inputs outside the range are clipped; sequences; close to the layer in floats.
p, scales = np.array([[10, -20], [1, 2]], np.int8), np.array([[0.1], [1.0]], np.float32)
far = integer_linear(np.array([[1000.0, 0.0]], np.float32), (0.5, -10), p, scales)
close(far, [[68.5, 68.5]], "an input that is far outside the range", hint="quantize clips it")
rng = np.random.default_rng(5)
x, weight = rng.normal(size=(2, 3, 8)).astype("float32"), rng.normal(size=(4, 8)).astype("float32")
scales = channel_scales(weight)
found = integer_linear(x, affine_grid(*observed_range([x])), quantize(weight, scales, 0), scales)
close(found, x @ weight.T, "a layer of random weights on (2, 3, 8)", rtol=0, atol=0.15)

# %% nbgrader={"grade_id": "integer-linear-hidden", "grade": true, "points": 2}
# Also graded: exact integers for random layers, zero points at both ends, no rows.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(6)
for shape, n, grid in (
    ((5, 7), 3, (0.02, 0)),
    ((2, 2, 30), 4, (0.03, -128)),
    ((1, 3), 2, (0.5, 127)),
):
    x, p = rng.normal(size=shape).astype("float32"), rng.integers(-127, 128, (n, shape[-1]))
    scales, bias = (
        rng.uniform(0.01, 0.2, (n, 1)).astype("float32"),
        rng.normal(size=n).astype("float32"),
    )
    q = np.clip(np.rint(x / grid[0]) + grid[1], -128, 127).astype(int) - grid[1]
    steps = (grid[0] * scales[:, 0]).astype("float32")
    expected = (q @ p.T + np.rint(bias / steps).astype(int)) * steps
    found = integer_linear(x, grid, p.astype(np.int8), scales, bias)
    close(found, expected, f"a layer of {n} units on {shape}", rtol=1e-6, dtype="float32")
empty = integer_linear(
    np.zeros((0, 3), np.float32), (1.0, 0), np.zeros((2, 3), np.int8), np.ones((2, 1))
)
equal(empty.shape, (0, 2), "the shape for no rows")
### END HIDDEN TESTS

# %% [markdown]
# Given: your parts as modules, `QuantizedLinear` and `QuantizedConv2d`, and `quantize_model`, which
# calibrates a copy of a model and replaces its layers. A batch norm behind a layer is folded into
# it first (`fold`, module 08). The copy holds int8 weights and refuses to be trained.

# %% given: layers
# %% given: whole-model

# %%
ready = quantize_model(model, calibration)
print(ready)
sizes = {name: file_size(each) for name, each in (("float32", model), ("int8", ready))}
print(f"file: {sizes['float32']:,} bytes in float32, {sizes['int8']:,} in int8")
print(f"2,000 digits: {milliseconds(model):.1f} ms in float32, {milliseconds(ready):.1f} in int8")
print(f"digits read: {accuracy(model):.2%} in float32, {accuracy(ready):.2%} in int8")
assert sizes["int8"] < 0.27 * sizes["float32"], "the file should have about a quarter of its size"
assert accuracy(model) - accuracy(ready) < 0.005, "int8 should lose less than half a point"

# %% [markdown]
# A quarter of the size, and the same digits, in more time: quantizing the input costs something,
# and the product itself is float32's. How far can one go? Predict before you run the cell: at how
# many bits does it break, with one scale for the whole weight and with one per channel?

# %% given: cliff

# %%
curves = accuracy_by_bits(model)
draw_cliff(curves)

# %% [markdown]
# From eight bits down to four next to nothing happens. At three, one scale for all begins to lose,
# and so do rounded activations. At two, one scale reads about a fifth of the digits, where guessing
# would read a tenth, and a scale per channel loses much as well. The cliff is steep, since each bit
# less doubles the error of every weight.
#
# ## 8. Learning with the grid
#
# If two or three bits are wanted, the model has to learn on the grid: **quantization-aware
# training**. In the forward pass weights are rounded as they will be later. In the backward pass
# there is a difficulty: a staircase is flat almost everywhere, its slope is 0, and nothing would
# learn. The trick that works is to lie. The **straight-through estimator** says that the slope is 1
# where the value was inside the range, as if rounding were not there, and 0 where it was clipped.
#
# **Exercise 8 · medium · 20 minutes.** Fill in `fake_quantize_parts`.


# %% nbgrader={"grade_id": "fake-quantize", "solution": true}
#| export
def fake_quantize_parts() -> tuple:
    """Rounding to the grid in floats, and its straight-through rule: two functions.

    forward(x, scale, zero_point, qmin, qmax): the values that the grid's integers stand for.
    rule(g, x, scale, zero_point, qmin, qmax): the gradient of x, if g is that of the result: g
    where the integer, before clipping, lay within qmin and qmax, ends included; else 0.
    scale, zero_point: numbers or arrays that broadcast. Shapes as x, and the dtype stays.
    Source: Bengio, Leonard and Courville (2013), arXiv:1308.3432, section 2.3.
    """
    # Two functions of about three lines. Select, do not multiply: infinity times 0 is not 0.
    ### BEGIN SOLUTION

    def forward(x, scale, zero_point, qmin, qmax):
        q = np.clip(np.rint(x / scale) + zero_point, qmin, qmax)
        return ((q - zero_point) * scale).astype(x.dtype)

    def rule(g, x, scale, zero_point, qmin, qmax):
        q = np.rint(x / scale) + zero_point
        return np.where((q >= qmin) & (q <= qmax), g, 0).astype(g.dtype)

    return forward, rule
    ### END SOLUTION


# %% nbgrader={"grade_id": "fake-quantize-test", "grade": true, "points": 2}
# Steps of 0.5, integers from -2 to 1, zero point 0.
forward, rule = fake_quantize_parts()
x, g = np.array([0.2, 0.3, -0.9, 0.74, 0.76, -5.0]), np.array([1.0, 2, 3, 4, 5, 6])
found = forward(x, 0.5, 0, -2, 1)
close(found, [0, 0.5, -1, 0.5, 0.5, -1], "values on the grid", suspects=MISTAKES["fake"])
found = rule(g, x, 0.5, 0, -2, 1)
close(found, [1, 2, 3, 4, 0, 0], "the gradient", suspects=MISTAKES["fake gradient"])

# %% nbgrader={"grade_id": "fake-quantize-test-2", "grade": true, "points": 1}
# A zero point, a scale for each row, float32, infinite gradients outside the range.
forward, rule = fake_quantize_parts()
close(forward(np.array([0.0, 1.0]), 0.4, -100, -128, 127), [0.0, 0.8], "0 and 1 in steps of 0.4")
x, scales = np.ones((2, 1), np.float32), np.array([[0.5], [10.0]], np.float32)
close(forward(x, scales, 0, -128, 127), [[1], [0]], "a scale for each row", dtype="float32")
what = "an infinite gradient where the value was clipped"
close(rule(np.array([np.inf]), np.array([9.0]), 1.0, 0, -8, 7), [0.0], what)

# %% nbgrader={"grade_id": "fake-quantize-hidden", "grade": true, "points": 1}
# Also graded: random values, agreement with quantize and dequantize, other zero points, dtypes.
### BEGIN HIDDEN TESTS
rng, (forward, rule) = np.random.default_rng(7), fake_quantize_parts()
for dtype, zero in itertools.product(("float32", "float64"), (-8, 0, 3)):
    x, g = rng.normal(size=(2, 4, 6)).astype(dtype)
    q = np.rint(x / 0.25) + zero
    expected = 0.25 * (np.clip(q, -8, 7) - zero)
    found = forward(x, 0.25, zero, -8, 7)
    close(found, expected, f"{dtype} values with zero point {zero}", dtype=dtype)
    inside = (q >= -8) & (q <= 7)
    found = rule(g, x, 0.25, zero, -8, 7)
    close(found, np.where(inside, g, 0), f"the gradient with zero point {zero}", dtype=dtype)
ends = np.array([-8.4, -8.6, 7.4, 7.6])
close(rule(np.ones(4), ends, 1.0, 0, -8, 7), [1, 0, 1, 0], "the gradient at both ends of the range")
### END HIDDEN TESTS

# %% given: fake-quantize

# %% [markdown]
# Two bits again, but this time the model practices for three hundred steps with its weights on the
# grid.

# %% given: aware

# %%
losses, norms, before, after = practice(model)
print(f"two bits per channel: {before:.1%} of the digits read before, {after:.1%} after practice")
assert after > before + 0.1, "practice should help"
draw_practice(losses, norms)

# %% [markdown]
# The loss falls and every layer gets its gradient, although the forward pass has slope 0 almost
# everywhere: the lie is good enough.
#
# ## 9. For those who want more
#
# **Stretch 1 · hard · 30 minutes.** Large language models have a few input features a hundred times
# as large as the others. Activations have one grid for all features, so these make it useless for
# the rest. **SmoothQuant** moves the problem to where it can be solved: divide feature $i$ of the
# input by $c_i$ and multiply column $i$ of the weight by it; the product stays the same. With $c_i
# = \max|x_i|^{\alpha} / \max|w_i|^{1 - \alpha}$, both are equally hard to store for $\alpha = 1/2$.
# Fill in `smooth`.


# %% nbgrader={"grade_id": "smooth", "solution": true}
def smooth(largest: np.ndarray, weight: np.ndarray, alpha: float = 0.5) -> tuple:
    """(factors, smoothed): what to divide the input by, and the weight for the divided input.

    largest: (k,), the largest absolute value of each input feature. weight: (n, k). Where either
    has nothing but zeros in a feature, its factor is 1. Nothing is changed.
    Shapes: (k,), (n, k) -> (k,), (n, k).
    Source: Xiao et al. (2023), SmoothQuant, equation 4, arXiv:2211.10438.
    """
    # About six lines.
    ### BEGIN SOLUTION
    columns = np.abs(weight).max(axis=0)  # (k,)
    used = (largest > 0) & (columns > 0)
    factors = np.ones(len(columns))
    factors[used] = largest[used] ** alpha / columns[used] ** (1 - alpha)
    return factors, weight * factors
    ### END SOLUTION


# %% nbgrader={"grade_id": "smooth-test", "grade": true, "points": 0}
# The product stays the same; both get the same range; features of zeros; other shares.
largest, weight = np.array([100.0, 1.0, 0.0]), np.array([[0.01, 4.0, 1.0], [0.04, -1.0, 2.0]])
before = largest.copy(), weight.copy()
factors, smoothed = smooth(largest, weight)
close(factors, [50.0, 0.5, 1.0], "the factors")
close((largest / factors) @ smoothed.T, largest @ weight.T, "the product of the smoothed pair")
close(np.abs(smoothed).max(0)[:2], (largest / factors)[:2], "the ranges of weight and input")
close(smooth(largest, weight, alpha=1.0)[0], [100, 1, 1], "the factors for alpha = 1")
close(largest, before[0], "`largest` after the call")
close(weight, before[1], "the weight after the call")

# %% [markdown]
# ## Reflection
#
# Rounding down instead of to the nearest, wrapping around instead of clipping, scales along the
# wrong dimension: on the digits of this module, a model with any of these mistakes reads nearly as
# well as a right one. What does that say about testing by accuracy? And where would the mistake
# show?

# %% [markdown]
# *Your answer here.*
