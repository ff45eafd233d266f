# %% [markdown]
# # 09 · Convolutions
#
# A perceptron reads MNIST, until somebody writes a digit three pixels further to the right: then
# every weight meets a pixel that it was not trained for, and more than half of the digits are lost.
# A linear layer cannot know that a stroke is the same stroke everywhere.
#
# A **convolution** can: a small **filter** (or **kernel**) of, say, 5 x 5 weights slides over the
# image, and at each place multiplies what it sees by its weights and adds up. The same 25 weights
# look everywhere, and what they find is written down where it was found: a **feature map**. If the
# image moves, the map moves with it (**translation equivariance**).
#
# At the end you own PyTorch's `conv2d` with its gradients, pooling, and a network that learns to
# read 95% of MNIST in a few seconds, and reads shifted digits better than a perceptron.

# %% given: imports
# %% given: notebook-imports
# %% given: tests

# %% [markdown]
# ## 1. How many places are there?
#
# The places of a filter are its **windows**. Three numbers say where they lie:
#
# - **stride** $s$: how many pixels a window begins after the one before;
# - **padding** $p$: how many pixels, zeros mostly, are put around the image, on both sides;
# - **dilation** $d$: how far apart a window's pixels are. With $d = 2$, every second pixel counts.
#
# Rows and columns do not depend on each other, so one dimension will do here. A window that would
# stick out over the padded end does not count: pixels may be left over.
#
# **Exercise 1 · easy · 10 minutes.** Fill in `output_size`. Draw six pixels and a window of three:
# where does it fit with a stride of 2?

# %% nbgrader={"grade_id": "output-size", "solution": true}
#| export
def output_size(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1):
    """How many windows fit along one dimension, an int.

    size: of the input, in pixels, before `padding` pixels are added at both ends. A window has
    `kernel` pixels, each `dilation` from the next, and begins `stride` pixels after the one before.
    Raises: RuntimeError naming a window's extent and the padded size, if not even one fits.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
    """
    # Four lines. `//` divides and rounds down.
    ### BEGIN SOLUTION
    extent, room = dilation * (kernel - 1) + 1, size + 2 * padding
    if extent > room:
        raise RuntimeError(f"a window of {extent} does not fit into {room} padded pixels")
    return (room - extent) // stride + 1
    ### END SOLUTION


# %% nbgrader={"grade_id": "output-size-test", "grade": true, "points": 2}
# A stride with a rest and without; padding; dilation; all of them; one window only.
for settings, expected in (
    ((6, 3, 2), 2),
    ((28, 5, 1, 2), 28),
    ((28, 3, 2, 1), 14),
    ((12, 3, 1, 0, 3), 6),
    ((10, 3, 3, 2, 3), 3),
    ((5, 5), 1),
):
    what = f"output_size{settings}"
    equal(output_size(*settings), expected, what, suspects=size_mistakes(*settings))

# %% nbgrader={"grade_id": "output-size-test-2", "grade": true, "points": 1}
# A window that does not fit: the error names its extent and the padded size.
for settings, extent, room in (((4, 5), 5, 4), ((2, 7, 1, 2), 7, 6), ((8, 5, 1, 0, 3), 13, 8)):
    what = f"the error of output_size{settings}"
    with raises(RuntimeError, (str(extent), str(room)), what):
        output_size(*settings)

# %% nbgrader={"grade_id": "output-size-hidden", "grade": true, "points": 1}
# Also graded: many other settings, against windows counted one by one.
### BEGIN HIDDEN TESTS
for settings in itertools.product((6, 7, 12), (1, 2, 3), (1, 2, 3), (0, 1, 2), (1, 2)):
    size, kernel, stride, padding, dilation = settings
    places = range(0, size + 2 * padding - dilation * (kernel - 1), stride)
    equal(output_size(*settings), len(places), f"output_size{settings}")
equal(output_size(4, 5, 1, 1), 2, "output_size(4, 5, 1, 1), whose window needs the padding")
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Windows without a copy
#
# Windows overlap: with 5 x 5 pixels each, a pixel far from the border is in 25 of them. Nothing has
# to be copied to have them all, since an array is memory and strides, here counted in bytes (module
# 01: how many to the next row, to the next column). A step to the next window and a step inside a
# window both lead over the same image.
#
# `np.lib.stride_tricks.as_strided(x, shape, strides)` makes such a view. It believes whatever you
# say: strides that lead out of the image read memory that belongs to something else. So check the
# shape with a pencil first. (Safer: `sliding_window_view`, its neighbor, and slices with steps.)
#
# **Exercise 2 · medium · 20 minutes.** Fill in `windows`. Six sizes and six strides: which two are
# a step between windows, and which two a step inside one?


# %% nbgrader={"grade_id": "windows", "solution": true}
#| export
def windows(x: np.ndarray, kernel: tuple, stride: tuple, dilation: tuple) -> np.ndarray:
    """All windows of the images in `x`, as a view: not a byte is copied.

    Shapes: (n, c, h, w) -> (n, c, h_out, w_out, kh, kw), with kernel = (kh, kw). stride and
    dilation: pairs as well, for rows and columns. `x` may have any strides, and what is written
    into the view is written into `x`. Raises: as `output_size`, if no window fits.
    """
    # About six lines: a shape, strides, and as_strided.
    ### BEGIN SOLUTION
    (n, c, h, w), (at_n, at_c, at_h, at_w) = x.shape, x.strides
    h_out, w_out = (
        output_size(*one) for one in zip((h, w), kernel, stride, (0, 0), dilation, strict=True)
    )
    shape = (n, c, h_out, w_out, *kernel)
    steps = (stride[0] * at_h, stride[1] * at_w, dilation[0] * at_h, dilation[1] * at_w)
    return np.lib.stride_tricks.as_strided(x, shape, (at_n, at_c, *steps))
    ### END SOLUTION


# %% nbgrader={"grade_id": "windows-test", "grade": true, "points": 2}
# An image of 5 x 6 with windows of 2 x 3, at strides and dilations that differ by direction.
x = np.arange(60.0).reshape(1, 2, 5, 6)
for stride, dilation in (((1, 1), (1, 1)), ((2, 1), (1, 1)), ((1, 3), (1, 1)), ((1, 1), (3, 2))):
    what, settings = f"windows of stride {stride}, dilation {dilation}", ((2, 3), stride, dilation)
    wrong = windows_mistakes(x, *settings)
    close(windows(x, *settings), cut_out(x, *settings), what, suspects=wrong)

# %% nbgrader={"grade_id": "windows-test-2", "grade": true, "points": 2}
# Nothing is copied; writing goes through; any strides of x; the error where nothing fits.
x = np.arange(40.0).reshape(2, 1, 4, 5)
view = windows(x, (2, 2), (1, 1), (1, 1))
true(np.shares_memory(view, x), "windows(x, ...) reads the memory of x, and copies nothing")
true(view.flags.writeable, "windows(x, ...) may be written to")
view[1, 0, 2, 3, 1, 1] = -1
close(x[1, 0, 3, 4], -1.0, "the last pixel, after the last pixel of the last window was set")
for y, how in ((x.transpose(0, 1, 3, 2), "a transpose"), (x[:, :, ::-1, ::2], "a slice")):
    what, settings = f"the windows of {how}", ((2, 2), (1, 1), (1, 1))
    close(windows(y, *settings), cut_out(y, *settings), what, hint="ask x for its strides")
with raises(RuntimeError, ("6", "5"), "the error for windows of 6 in rows of 5"):
    windows(x, (1, 6), (1, 1), (1, 1))

# %% nbgrader={"grade_id": "windows-hidden", "grade": true, "points": 1}
# Also graded: other shapes, strides and dilations together, float32, no images, one window.
### BEGIN HIDDEN TESTS
for shape, *settings in (
    ((2, 3, 7, 8), (3, 2), (2, 3), (2, 1)),
    ((1, 2, 9, 7), (2, 3), (3, 2), (3, 2)),
    ((3, 1, 4, 4), (4, 4), (1, 2), (1, 1)),
    ((2, 2, 5, 5), (1, 1), (2, 2), (1, 1)),
    ((0, 2, 4, 4), (2, 2), (1, 1), (1, 1)),
):
    x = np.arange(math.prod(shape), dtype=np.float32).reshape(shape)
    found = windows(x, *settings)
    close(found, cut_out(x, *settings), f"the windows {settings} of {shape}", dtype="float32")
    true(np.shares_memory(found, x) or not x.size, f"the windows {settings} of {shape}: no copy")
### END HIDDEN TESTS

# %%
image = mnist().test_images[None, :1]
seen = windows(image, (5, 5), (1, 1), (1, 1))
print(f"{seen.size:,} numbers in the windows of a digit, {image.nbytes:,} bytes of memory")

# %% [markdown]
# ## 3. All windows in one product
#
# At each place, filter $o$ multiplies the window by its weights, channel by channel (an image has
# one **channel** if it is gray, three if it has colors, and after a layer one for each filter):
#
# $$y_{o,i,j} = b_o + \sum_{c,a,b} w_{o,c,a,b}\; x_{c,\; s i + d a,\; s j + d b}$$
#
# A sum of products is an entry of a matrix product. So write each window down as a column, and the
# filter as a row: (out, c kh kw) @ (c kh kw, places). This is **im2col**: it costs memory, since
# here the windows *are* copied, and it is fast, since BLAS does the rest.
#
# (In mathematics, a convolution turns the filter by 180 degrees first. What frameworks call by that
# name does not: it is a **cross-correlation**. If you turn it, in the gradients too, a network will
# learn all the same. Only weights from elsewhere show it: they do not work.)
#
# Given: `padded(x, (p, q))` puts p rows and q columns around each image; `cropped` takes them off.

# %% given: padded

# %% [markdown]
# **Exercise 3 · medium · 25 minutes.** Fill in `conv2d_forward`. In which order must the
# dimensions of the windows be, so that a reshape makes columns of them?


# %% nbgrader={"grade_id": "conv2d-forward", "solution": true}
#| export
def conv2d_forward(
    x, weight, bias=None, *, stride: tuple, padding: tuple, dilation: tuple
) -> tuple:
    """(y, columns): what the filters give at every window, and the windows as columns.

    Shapes: x (n, c, h, w), weight (out, c, kh, kw), bias (out,) or None -> y (n, out, h_out, w_out)
    and columns (n, c * kh * kw, h_out * w_out), in the order of c, kh, kw and of h_out, w_out.
    stride, padding (of zeros, on both sides) and dilation: pairs, for rows and columns.
    The dtype stays; no array that came in is changed.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv2d.html
    """
    # Five to seven lines. `padded` and `windows` do the first part.
    ### BEGIN SOLUTION
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    view = windows(padded(x, padding), kernel, stride, dilation)  # (n, c, h_out, w_out, kh, kw)
    h_out, w_out = view.shape[2:4]
    columns = view.transpose(0, 1, 4, 5, 2, 3).reshape(n, weight[0].size, h_out * w_out)
    y = weight.reshape(out, -1) @ columns  # (out, c kh kw) @ (n, c kh kw, h_out w_out)
    if bias is not None:
        y += bias[:, None]
    return y.reshape(n, out, h_out, w_out), columns
    ### END SOLUTION


# %% nbgrader={"grade_id": "conv2d-forward-test", "grade": true, "points": 2}
# Nine pixels, one filter of 2 x 2, by hand: the values, the columns, and what padding adds.
x, weight = np.arange(1.0, 10).reshape(1, 1, 3, 3), np.array([[[[1.0, 2], [3, 4]]]])
y, columns = conv2d_forward(x, weight, **HOW["plain"])
check(y, [[[[37, 47], [67, 77]]]], "y")
check(columns, [[[1, 2, 4, 5], [2, 3, 5, 6], [4, 5, 7, 8], [5, 6, 8, 9]]], "columns")
y, _ = conv2d_forward(x, weight, np.array([0.5]), **HOW["padded"])
check(y[0, 0, 0], [4.5, 11.5, 18.5, 9.5], "the first row of y with padding and a bias of 0.5")

# %% nbgrader={"grade_id": "conv2d-forward-test-2", "grade": true, "points": 2}
# Two images, three channels, four filters, all settings; arrays stay as they were; float32.
rng = np.random.default_rng(0)
for name, how in HOW.items():
    x, weight, bias = rng.normal(size=(2, 3, 6, 7)), rng.normal(size=(4, 3, 3, 2)), np.arange(4.0)
    y, columns = unchanged(partial(conv2d_forward, **how), x=x, weight=weight, bias=bias)
    wrong = forward_mistakes(x, weight, bias, how)
    close(y, by_loops(x, weight, bias, **how), f"y, {name}", suspects=wrong)
    found = np.einsum("ok,nkp->nop", weight.reshape(4, -1), columns) + bias[:, None]
    hint = "in a column: channels, rows, columns of the window, as in weight[o]"
    close(found.reshape(y.shape), y, f"each filter times the columns, {name}", hint=hint)
x, weight = np.ones((1, 2, 3, 3), np.float32), np.ones((1, 2, 2, 2), np.float32)
y, _ = conv2d_forward(x, weight, np.ones(1, np.float32), **HOW["plain"])
close(y, np.full((1, 1, 2, 2), 9.0), "y in float32", dtype="float32")

# %% nbgrader={"grade_id": "conv2d-forward-hidden", "grade": true, "points": 2}
# Also graded: other shapes; filters of 1 x 1; a single place; any strides of x.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(1)
for shape, filters in (
    ((3, 1, 5, 5), (1, 1, 1, 1)),
    ((1, 4, 7, 6), (2, 4, 2, 3)),
    ((2, 2, 4, 5), (5, 2, 3, 3)),
):
    for name, how in HOW.items():
        x, weight, bias = (rng.normal(size=size) for size in (shape, filters, filters[:1]))
        y, columns = conv2d_forward(x, weight, bias, **how)
        expected = by_loops(x, weight, bias, **how)
        close(y, expected, f"y of {shape} and {filters}, {name}", dtype="float64")
        places = (len(x), weight[0].size, y[0, 0].size)
        equal(columns.shape, places, f"the shape of columns for {shape} and {filters}, {name}")
x = rng.normal(size=(5, 4, 3, 2)).transpose(3, 2, 0, 1)
y, _ = conv2d_forward(x, np.ones((1, 3, 5, 4)), **HOW["plain"])
close(y.reshape(-1), x.sum((1, 2, 3)), "y of a transposed x and a filter of its size")
### END HIDDEN TESTS

# %% [markdown]
# Four filters of 3 x 3 made by hand, and what they find in a digit: edges with ink on their left
# (red) or right (blue), the same for above and below, outlines, and a blur.

# %% given: maps

# %% [markdown]
# ## 4. The way back
#
# The forward pass was a product, $Y = W C$ with columns $C$. The rules of a product are known from
# module 02: $\bar W = \bar Y C^T$, summed over all images, and $\bar C = W^T \bar Y$. The bias is
# used at each place of each image, and gets the sum.
#
# What is new is the way from $\bar C$ to $\bar x$. A pixel was copied into several columns, so it
# gets the *sum* of what they get. Go over the $k \cdot k$ places of a window (not over the windows:
# there are far more), and add what all windows get at this place to the pixels that were read
# there. Your `windows` of an array of zeros lead to them, and can be written to. At one place
# (a, b) no two windows share a pixel, so "+=" is right; over all places at once, `view += ...`
# would keep one of several. In the end the padding is cut off, on both sides.
#
# Beware of sizes that leave a rest, such as 28 rows with $k = 3$ and $s = 2$: the last row is in no
# window. Its gradient is 0, and it is there all the same.
#
# **Exercise 4 · hard · 40 minutes.** Fill in `conv2d_rules`.


# %% nbgrader={"grade_id": "conv2d-rules", "solution": true}
#| export
def conv2d_rules() -> tuple:
    """The rules of `conv2d_forward` for x, weight and bias: three functions with the arguments
    (g, columns, x, weight, bias=None, *, stride, padding, dilation).

    g: the gradient of y, (n, out, h_out, w_out); columns: as `conv2d_forward` made them.
    Shapes: -> (n, c, h, w), (out, c, kh, kw) and (out,). The dtype is that of g, and no array that
    came in is changed.
    """
    # Three functions, of about ten, three and one lines.
    ### BEGIN SOLUTION

    def for_x(g, columns, x, weight, bias=None, *, stride, padding, dilation):
        n, out, h_out, w_out = g.shape
        parts = weight.reshape(out, -1).T @ g.reshape(n, out, h_out * w_out)  # as columns
        parts = parts.reshape(n, *weight.shape[1:], h_out, w_out)
        wide = padded(np.zeros(x.shape, g.dtype), padding)
        view = windows(wide, weight.shape[2:], stride, dilation)
        for i, j in np.ndindex(*weight.shape[2:]):
            view[..., i, j] += parts[:, :, i, j]
        return cropped(wide, padding)

    def for_weight(g, columns, x, weight, bias=None, *, stride, padding, dilation):
        flat = g.reshape(*g.shape[:2], columns.shape[2])  # (n, out, h_out w_out)
        return (flat @ columns.swapaxes(1, 2)).sum(0).reshape(weight.shape)

    def for_bias(g, columns, x, weight, bias=None, *, stride, padding, dilation):
        return total((0, 2, 3), g).reshape(-1)  # (1, out, 1, 1) -> (out,)

    return for_x, for_weight, for_bias
    ### END SOLUTION


# %% nbgrader={"grade_id": "conv2d-rules-test", "grade": true, "points": 3}
# Nine pixels, a filter of 2 x 2, by hand: pixels that are in one window, in two and in four.
x, weight = np.arange(1.0, 10).reshape(1, 1, 3, 3), np.array([[[[1.0, 2], [3, 4]]]])
g = np.array([[[[1.0, 10], [100, 1000]]]])
columns = cut_out(x, (2, 2), (1, 1), (1, 1)).reshape(1, 4, 4).swapaxes(1, 2)
for_x, for_weight, for_bias = (partial(rule, **HOW["plain"]) for rule in conv2d_rules())
arguments = (g, columns, x, weight)
check(for_x(*arguments)[0, 0], [[1, 12, 20], [103, 1234, 2040], [300, 3400, 4000]], "for_x")
check(for_weight(*arguments)[0, 0], [[5421, 6532], [8754, 9865]], "for_weight")
check(for_bias(*arguments, np.zeros(1)), [1111], "for_bias")

# %% nbgrader={"grade_id": "conv2d-rules-test-2", "grade": true, "points": 3}
# Two images, channels, filters, all settings, with a rest too; arrays as they were; float32.
rng = np.random.default_rng(2)
for name, how in HOW.items():
    x, weight, bias = rng.normal(size=(2, 2, 6, 7)), rng.normal(size=(3, 2, 3, 2)), np.ones(3)
    g, columns = outcome(x, weight, how)
    arrays = {"g": g, "columns": columns, "x": x, "weight": weight, "bias": bias}
    found = [unchanged(in_order(rule, **how), **arrays) for rule in conv2d_rules()]
    by_x, by_weight = slopes(g, x, weight, **how)
    wrong = edge_mistakes(g, x, weight, how)
    close(found[0], by_x, f"the gradient of x, {name}", suspects=wrong)
    wrong = {"averaged over the images: their gradients add up": by_weight / 2}
    close(found[1], by_weight, f"the gradient of the weight, {name}", suspects=wrong)
    close(found[2], g.sum((0, 2, 3)), f"the gradient of the bias, {name}")
sizes = ((1, 1, 2, 2), (1, 4, 4), (1, 1, 3, 3), (1, 1, 2, 2), (1,))
for rule, expected in zip(conv2d_rules(), (16, 16, 4), strict=True):
    found = rule(*[np.ones(size, np.float32) for size in sizes], **HOW["plain"])
    close(found, found.astype("float64"), "a gradient in float32", dtype="float32")
    close(found.sum(), expected, "the sum of a gradient of ones")

# %% nbgrader={"grade_id": "conv2d-rules-hidden", "grade": true, "points": 2}
# Also graded: other shapes, among them square ones; g in any strides.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(3)
for shape, filters in (
    ((3, 1, 5, 5), (1, 1, 1, 1)),
    ((1, 3, 8, 6), (2, 3, 2, 3)),
    ((2, 2, 5, 5), (2, 2, 3, 3)),
):
    for name, how in HOW.items():
        x, weight = rng.normal(size=shape), rng.normal(size=filters)
        g, columns = outcome(x, weight, how)
        g = g.transpose(0, 2, 3, 1).copy().transpose(0, 3, 1, 2)
        found = [rule(g, columns, x, weight, **how) for rule in conv2d_rules()]
        what = f"{shape} and {filters}, {name}"
        by_x, by_weight = slopes(g, x, weight, **how)
        close(found[0], by_x, f"the gradient of x, {what}", dtype="float64")
        close(found[1], by_weight, f"the gradient of the weight, {what}", dtype="float64")
        close(found[2], g.sum((0, 2, 3)), f"the gradient of the bias, {what}")
### END HIDDEN TESTS

# %% [markdown]
# Given: your functions as an operation with PyTorch's name, `conv2d`. It takes numbers in place of
# pairs, padding="same", and **groups** (the channels in parts, each with filters of its own). A
# second form, for eight channels and more, makes windows *rows* of an image with its channels last
# in memory, so that a pixel with all its channels is one piece. `is_yours` chooses. Both give the
# same numbers; the figure shows how long they take.

# %% given: forms
# %% given: conv2d
# %% given: race

# %%
channels = (1, 2, 4, 8, 16, 32, 64)
times = [race(count) for count in channels]
for count, (columns_ms, rows_ms, gap) in zip(channels, times, strict=True):
    print(f"{count:2} channels: columns {columns_ms:6.2f} ms, rows {rows_ms:6.2f} ms")
    assert gap < 1e-3, "both forms should give the same result and gradients"
draw_race(channels, times)

# %% [markdown]
# With one channel, a piece of a row is three numbers long, and copying so little at a time is slow.
# At eight channels or so the lines cross.
#
# ## 5. Pooling
#
# Where exactly a stroke was found matters little. **Max pooling** keeps the largest value of each
# window, and drops the rest: windows of 2 x 2 leave a quarter of the work for all that follows. Its
# gradient goes to the pixel that won, and to no other. Where two are equal, one must win (as in
# PyTorch the first, row by row), or more would go back than came. With a stride below the kernel's
# size, windows overlap, and a pixel may win several. Padding must not win, even where all values
# are negative: it is of $-\infty$.
#
# **Exercise 5 · medium · 30 minutes.** Fill in `max_pool_parts`. As before, go over the places of a
# window: which comparison lets the first of equal values win?


# %% nbgrader={"grade_id": "max-pool", "solution": true}
#| export
def max_pool_parts() -> tuple:
    """The forward pass of max pooling, and its rule: two functions.

    forward(x, kernel, stride, padding, dilation) -> (y, winner): the largest value of each window,
    and its place in the window, which is read row by row; of several equal ones, the first wins.
    rule(g, winner, x, kernel, stride, padding, dilation) -> the gradient of x, if g is that of y:
    what a window gets goes to its winner alone. A pixel that wins several windows gets the sum.
    Shapes: x (n, c, h, w), n may be 0; y, winner and g (n, c, h_out, w_out). All settings are
    pairs; the padding is of minus infinity. The dtype stays; no array that came in is changed.
    """
    # Two functions of about seven lines. In both, go over the places of a window, not the windows.
    ### BEGIN SOLUTION

    def forward(x, kernel, stride, padding, dilation):
        view = windows(padded(x, padding, -np.inf), kernel, stride, dilation)
        y, winner = view[..., 0, 0].copy(), np.zeros(view.shape[:4], np.int32)
        for place, (i, j) in enumerate(np.ndindex(*kernel)):
            value = view[..., i, j]
            winner[value > y] = place
            np.maximum(y, value, out=y)
        return y, winner

    def rule(g, winner, x, kernel, stride, padding, dilation):
        wide = padded(np.zeros(x.shape, g.dtype), padding)
        view = windows(wide, kernel, stride, dilation)
        for place, (i, j) in enumerate(np.ndindex(*kernel)):
            view[..., i, j] += g * (winner == place)
        return cropped(wide, padding)

    return forward, rule
    ### END SOLUTION


# %% nbgrader={"grade_id": "max-pool-test", "grade": true, "points": 2}
# A row of negative values with a tie, in windows of three at a stride of two, with padding.
forward, rule = max_pool_parts()
x, row = np.array([[[[-5.0, -2, -2, -9, -1]]]]), {"kernel": (1, 3), "stride": (1, 2)}
row |= {"padding": (0, 1), "dilation": (1, 1)}
y, winner = forward(x, **row)
check(y[0, 0, 0], [-2, -2, -1], "the largest values")
check(winner[0, 0, 0], [2, 0, 1], "the winners")
g = np.array([[[[1.0, 10, 100]]]])
check(rule(g, np.array([[[[2, 0, 1]]]]), x, **row)[0, 0, 0], [0, 11, 0, 0, 100], "the gradient")

# %% nbgrader={"grade_id": "max-pool-test-2", "grade": true, "points": 2}
# Images with many ties, in windows that touch, overlap, leave a rest, or are dilated; float32.
rng, (forward, rule) = np.random.default_rng(4), max_pool_parts()
for name, how in POOLS.items():
    x = rng.integers(-3, 3, (2, 3, 6, 7)).astype("float32")
    (y, winner), by_hand = unchanged(in_order(forward, **how), x=x), pool_by_loops(x, how)
    close(y, by_hand[0], f"the largest values, {name}", dtype="float32")
    close(winner, by_hand[1], f"the winners, {name}")
    g = rng.normal(size=y.shape).astype("float32")
    found = unchanged(in_order(rule, **how), g=g, winner=by_hand[1], x=x)
    what, expected = f"the gradient of x, {name}", pool_gradient(g, by_hand[1], x, how)
    close(found, expected, what, rtol=1e-4, atol=1e-5, dtype="float32")

# %% nbgrader={"grade_id": "max-pool-hidden", "grade": true, "points": 2}
# Also graded: other shapes in float64, single pixels, no images, any strides of x and g.
### BEGIN HIDDEN TESTS
rng, (forward, rule) = np.random.default_rng(5), max_pool_parts()
for shape in ((1, 2, 9, 8), (3, 1, 5, 5), (0, 2, 6, 6)):
    for name, how in POOLS.items():
        x = rng.integers(-9, 2, shape[::-1]).astype(float).transpose(3, 2, 1, 0)
        by_hand, (y, winner), what = pool_by_loops(x, how), forward(x, **how), f"{name}, {shape}"
        close(y, by_hand[0], f"the largest values, {what}", dtype="float64")
        close(winner, by_hand[1], f"the winners, {what}")
        g = rng.normal(size=y.shape[::-1]).transpose(3, 2, 1, 0)
        found, expected = rule(g, by_hand[1], x, **how), pool_gradient(g, by_hand[1], x, how)
        close(found, expected, f"the gradient of x, {what}", dtype="float64")
### END HIDDEN TESTS

# %% given: max-pool2d

# %% [markdown]
# Given: `max_pool2d`, by your parts; only windows of 2 x 2 that touch go by whole rows, faster.
#
# **Average pooling** takes the mean of a window. Its adaptive kind is told how many windows there
# are to be, not how large: `adaptive_avg_pool2d(x, 1)` turns each feature map into one number,
# whatever the image's size. If sizes do not divide, windows overlap, and all pixels count: of 5
# pixels, 3 windows get 0 and 1, 1 to 3, 3 and 4. The mean over rows of means over columns is that
# of the window, so one dimension at a time will do. Made of tensors, it needs no rule of its own.
#
# **Exercise 6 · medium · 15 minutes.** Fill in `adaptive_means`.


# %% nbgrader={"grade_id": "adaptive-means", "solution": true}
#| export
def adaptive_means(x: Tensor, dim: int, count: int) -> Tensor:
    """The means of `count` windows along `dim` (2 or 3, say), which together cover all of it.

    Window i of a dimension of `size` begins at i * size / count, rounded down, and ends before
    (i + 1) * size / count, rounded up. Shapes: (n, c, h, w) -> (n, c, count, w) for dim 2.
    The result is part of the graph: made of tensors, it needs no rule of its own.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html
    """
    # About five lines: a list of means, with the dimension kept, and `cat`.
    ### BEGIN SOLUTION
    size, means = x.shape[dim], []
    for i in range(count):
        start, end = i * size // count, -(-(i + 1) * size // count)
        window = x[(slice(None),) * dim + (slice(start, end),)]
        means.append(window.mean(dim, keepdim=True))
    return cat(means, dim)
    ### END SOLUTION


# %% nbgrader={"grade_id": "adaptive-means-test", "grade": true, "points": 3}
# Five values in three windows, in two, in five, in one; along either dimension; the gradient.
values = np.array([1.0, 2, 4, 8, 16])
for count, expected in ((3, [1.5, 14 / 3, 12]), (2, [7 / 3, 28 / 3]), (5, values), (1, [6.2])):
    found = adaptive_means(tensor(values.reshape(1, 1, 1, 5)), 3, count)
    what, wrong = f"the means of 5 values in {count} windows", window_mistakes(count)
    close(found, [[[expected]]], what, suspects=wrong)
table = values[:, None] * [1, 10, 100]
found = adaptive_means(tensor(table[None, None]), 2, 3)
close(found[0, 0, 1], [14 / 3, 140 / 3, 1400 / 3], "the second of three means along dim 2")
x = tensor(values.reshape(1, 1, 5, 1), requires_grad=True)
means = adaptive_means(x, 2, 3)
true(means.requires_grad, "the means are part of the graph", hint="work with tensors throughout")
means.sum().backward()
close(x.grad[0, 0, :, 0], [1 / 2, 5 / 6, 1 / 3, 5 / 6, 1 / 2], "the gradient of three means")

# %% nbgrader={"grade_id": "adaptive-means-hidden", "grade": true, "points": 1}
# Also graded: all numbers of windows for other sizes; more windows than pixels; float64.
### BEGIN HIDDEN TESTS
for size, count in itertools.product((1, 4, 7, 12), (1, 2, 3, 5, 9)):
    x, i = np.cos(np.arange(2.0 * size)).reshape(1, 2, size, 1), range(count)
    ends = [(k * size // count, math.ceil((k + 1) * size / count)) for k in i]
    expected = np.stack([x[:, :, start:end].mean(2) for start, end in ends], 2)
    found, what = adaptive_means(tensor(x), 2, count), f"{count} windows of {size} values"
    close(found, expected, f"the means of {what}", dtype="float64")
### END HIDDEN TESTS

# %% given: average-pools

# %% [markdown]
# ## 6. Layers
#
# A layer draws its first weights so that the size of the signal stays (module 03). What counts for
# that is the **fan-in**: how many values meet in one output. In a linear layer these are the
# features; here it is a whole window, all channels of it that the filter sees.
#
# **Exercise 7 · easy · 15 minutes.** Fill in `conv_parameters`.


# %% nbgrader={"grade_id": "conv-parameters", "solution": true}
#| export
def conv_parameters(
    in_channels: int, out_channels: int, kernel: tuple, groups: int = 1, bias: bool = True
) -> tuple:
    """(weight, bias), new Parameters in float32; without `bias`, the second is None.

    Shapes: weight (out_channels, in_channels / groups, kh, kw), bias (out_channels,). Both are
    drawn uniformly between -b and b, the weight first, with b = 1 / sqrt(fan_in); the fan-in is the
    number of input values that a filter sees.
    Raises: ValueError naming channels and groups, if groups does not divide both kinds.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
    """
    # About six lines. `uniform_(parameter, low, high)` fills a parameter and returns it.
    ### BEGIN SOLUTION
    for channels in (in_channels, out_channels):
        if channels % groups:
            raise ValueError(f"{channels} channels do not divide into {groups} groups")
    weight = Parameter(empty(out_channels, in_channels // groups, *kernel))
    bound = 1 / math.sqrt(weight[0].numel())
    uniform_(weight, -bound, bound)
    return weight, uniform_(Parameter(empty(out_channels)), -bound, bound) if bias else None
    ### END SOLUTION


# %% nbgrader={"grade_id": "conv-parameters-test", "grade": true, "points": 2}
# Shapes with and without groups and a bias; the bound; the order; the errors.
manual_seed(0)
weight, bias = conv_parameters(8, 400, (5, 2))
equal((weight.shape, bias.shape), ((400, 8, 5, 2), (400,)), "the shapes for 8 to 400 channels")
true(all(isinstance(p, Parameter) for p in (weight, bias)), "both are Parameters")
grouped, none = conv_parameters(8, 400, (5, 2), groups=4, bias=False)
equal(grouped.shape, (400, 2, 5, 2), "the weight's shape in 4 groups")
equal(none, None, "the bias without one")
check_bound(weight, 80, "the weight")
check_bound(bias, 80, "the bias")
check_bound(grouped, 20, "the weight in 4 groups")
manual_seed(3)
first = conv_parameters(2, 3, (2, 2))[0].numpy()
manual_seed(3)
close(first, uniform_(empty(3, 2, 2, 2), -(8**-0.5), 8**-0.5), "the weight, which is drawn first")
for sizes in ((6, 4), (4, 6)):
    with raises(ValueError, ("6", "4"), f"the error for {sizes[0]} to {sizes[1]} in 4 groups"):
        conv_parameters(*sizes, (3, 3), groups=4)

# %% nbgrader={"grade_id": "conv-parameters-hidden", "grade": true, "points": 1}
# Also graded: other sizes, the bias's values, both signs, float32.
### BEGIN HIDDEN TESTS
for sizes, kernel, groups in (((1, 6), (5, 5), 1), ((6, 16), (1, 3), 2), ((4, 4), (3, 3), 4)):
    manual_seed(5)
    weight, bias = conv_parameters(*sizes, kernel, groups)
    manual_seed(5)
    shape, what = (sizes[1], sizes[0] // groups, *kernel), f"{sizes}, {kernel}, {groups} groups"
    bound = math.prod(shape[1:]) ** -0.5
    for found, size, name in ((weight, shape, "weight"), (bias, sizes[1:], "bias")):
        expected = uniform_(empty(*size), -bound, bound)
        close(found, expected, f"the {name} for {what}", dtype="float32")
        true(found.requires_grad, f"the {name} for {what} is learned")
### END HIDDEN TESTS

# %% [markdown]
# Given: the layers, with PyTorch's names. `BatchNorm2d` is the batch norm of module 08 for images:
# over all images and places, as `BatchNorm1d` for a table with a row per pixel. `Dropout2d` drops
# whole channels, since the neighbors of a dropped pixel would tell nearly everything about it.

# %% given: layers

# %%
manual_seed(0)
images = randn(4, 3, 5, 6)
table = images.permute(0, 2, 3, 1).reshape(-1, 3)
gap = BatchNorm2d(3)(images).permute(0, 2, 3, 1).reshape(-1, 3) - BatchNorm1d(3)(table)
print(Conv2d(3, 8, 3, padding="same"), "\nlargest gap of the two norms:", gap.abs().max().item())
assert gap.abs().max().item() < 1e-5, "BatchNorm2d should be BatchNorm1d of a row per pixel"

# %% [markdown]
# ## 7. What it costs
#
# Few parameters do not mean little work: each weight is used at every place. And how far does an
# output see? Its **receptive field** is the square of pixels that it depends on. Each layer adds to
# it, in steps that grow with all strides before. LeNet-5 (LeCun et al., 1998) begins with 6 filters
# of 5 x 5, padding 2; a pooling of 2 x 2; 16 filters of 5 x 5; and another pooling.
#
# **Exercise 8 · medium · 20 minutes.** Fill in `costs`. Guess first: how many parameters do the
# two convolutions have, how many products do they take, and how far does a final output see?


# %% nbgrader={"grade_id": "costs", "solution": true}
#| export
def costs(channels: int, size: int, layers: list) -> tuple:
    """(parameters, products, bytes, field) of a stack of layers that gets one square image.

    channels, size: of the image. layers: (out, kernel, stride, padding) each, all square; `out` is
    the number of filters of a convolution, with a bias, or 0 for pooling, which keeps the channels.
    products: multiplications of inputs by weights. bytes: of the largest float32 `columns` of a
    convolution. field: the side of the square of pixels that one final output depends on.
    """
    # About twelve lines. How far are neighboring outputs apart, in pixels of the image?
    ### BEGIN SOLUTION
    parameters = products = memory = 0
    field = apart = 1
    for out, kernel, stride, padding in layers:
        size = output_size(size, kernel, stride, padding)
        if out:
            seen = channels * kernel**2  # the values of a window
            parameters += out * (seen + 1)
            products += out * seen * size**2
            memory = max(memory, 4 * seen * size**2)
            channels = out
        field += (kernel - 1) * apart
        apart *= stride
    return parameters, products, memory, field
    ### END SOLUTION


# %% nbgrader={"grade_id": "costs-test", "grade": true, "points": 3}
# A filter on one channel, LeNet's four layers, and strides that multiply.
for image, layers, expected in (
    ((1, 28), [(6, 5, 1, 2)], (156, 117_600, 78_400, 5)),
    ((1, 28), LENET, (2_572, 357_600, 78_400, 16)),
    ((3, 32), [(8, 3, 2, 1), (16, 3, 2, 1), (4, 3, 1, 0)], (1_972, 149_760, 27_648, 15)),
):
    found = costs(*image, layers)
    for name, value, right in zip(NUMBERS, found, expected, strict=True):
        what, wrong = f"{name} of {len(layers)} layers on {image}", COSTS.get((name, right))
        equal(value, right, what, suspects=wrong)

# %% nbgrader={"grade_id": "costs-hidden", "grade": true, "points": 1}
# Also graded: other stacks, pooling first, sizes with a rest, no layers.
### BEGIN HIDDEN TESTS
for image, layers, expected in (
    ((3, 9), [(0, 3, 2, 0), (5, 2, 1, 0)], (65, 540, 432, 5)),
    ((2, 10), [(4, 3, 3, 1), (0, 2, 1, 0), (3, 2, 2, 0)], (127, 1_200, 1_152, 9)),
    ((1, 8), [(2, 1, 1, 0), (3, 3, 1, 1)], (61, 3_584, 4_608, 3)),
    ((1, 8), [], (0, 0, 0, 1)),
):
    equal(costs(*image, layers), expected, f"costs(*{image}, {layers})")
### END HIDDEN TESTS

# %% [markdown]
# Now measure. The parameters are counted, a hook sees the products and the columns, and the field
# is drawn by your own backward pass: it is where the gradient of *one* output pixel is not 0. (Of
# many random images, so that each pixel of a max pooling wins somewhere.) The bright square grows
# from 5 to 6, 14 and 16 pixels. The last one fades toward its border, to which fewer paths lead.

# %% given: measure

# %%
pictures = []
for depth in range(1, 5):
    predicted = costs(1, 28, LENET[:depth])
    measured, picture = measure(lenet_layers(depth))
    pictures.append(picture)
    print(f"{depth} layers: predicted {predicted}, measured {measured}")
    assert measured == predicted, "what was measured is not what was predicted"
draw_fields(pictures)

# %% [markdown]
# ## 8. Put to use: LeNet reads MNIST
#
# All of LeNet-5, with ReLU and max pooling, gets 8,000 digits three times. (ReLU comes after the
# pooling: the result is the same, for a quarter of the work.) So does a perceptron with hidden
# layers of 128 and 64 units, and nearly twice as many parameters.

# %% given: digits

# %%
manual_seed(0)
lenet = Sequential(
    *(Conv2d(1, 6, 5, padding=2), MaxPool2d(2), ReLU()),
    *(Conv2d(6, 16, 5), MaxPool2d(2), ReLU(), Flatten()),
    *(Linear(400, 120), ReLU(), Linear(120, 84), ReLU(), Linear(84, 10)),
)
before = lenet[0].weight.numpy().copy()
losses, norms = {}, {}
for name, model in (("LeNet", lenet), ("perceptron", perceptron)):
    losses[name], norms[name], seconds = train(model)
    print(f"{name}: {accuracy(model):.1%} of new digits after {seconds:.1f} s")
assert accuracy(lenet) > 0.95, "LeNet should read 95% of new digits"

# %% given: training-figure

# %% [markdown]
# Left: the losses, averaged over 20 steps each. Middle: the norm of the gradient of each of LeNet's
# five weights; all layers learn from the first step to the last. Right: the six filters of the
# first layer before and after: noise has become smoother, and here and there an edge shows.
#
# And shifted digits? Predict first: at which shift does the perceptron read fewer than half of
# them, and at which LeNet?

# %%
shifts = {}
for name, model in (("LeNet", lenet), ("perceptron", perceptron)):
    shifts[name] = [accuracy(model, shift) for shift in range(7)]
    print(f"{name:10}", *(f"{share:6.1%}" for share in shifts[name]))
draw_shifts(shifts)
assert shifts["LeNet"][2] > shifts["perceptron"][2] + 0.1, "LeNet should stand two pixels better"

# %% [markdown]
# Better, not well: feature maps move with the digit, and each pooling forgives a little, but the
# linear layers behind them are as rigid as ever. It helps more to show shifted digits in training,
# as the scenario `integration_cnn` does.
#
# ## 9. For those who want more
#
# **Stretch 1 · hard · 30 minutes.** In frequencies, a convolution is a product, number by number,
# so that large filters cost no more than small ones. But it wraps around at the border, and turns
# the filter; a complex conjugate turns it back. Fill in `correlate_by_fft`.


# %% nbgrader={"grade_id": "fft", "solution": true}
def correlate_by_fft(x: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """What `conv2d_forward` gives with stride 1, without padding, dilation and bias.

    Shapes: (n, c, h, w), (out, c, kh, kw) -> (n, out, h - kh + 1, w - kw + 1). The dtype stays.
    Source: https://numpy.org/doc/stable/reference/generated/numpy.fft.rfft2.html
    """
    # About six lines. `np.fft.rfft2(a, size)` pads the last two dimensions with zeros to `size`.
    ### BEGIN SOLUTION
    (h, w), (kh, kw) = x.shape[2:], weight.shape[2:]
    images, filters = np.fft.rfft2(x), np.fft.rfft2(weight, (h, w))
    product = np.einsum("ncij,ocij->noij", images, filters.conj())
    y = np.fft.irfft2(product, (h, w))[:, :, : h - kh + 1, : w - kw + 1]
    return y.astype(x.dtype)
    ### END SOLUTION


# %% nbgrader={"grade_id": "fft-test", "grade": true, "points": 0}
# Small and large filters, odd and even sizes, channels, float32.
rng = np.random.default_rng(6)
for shape, filters in (((2, 3, 8, 9), (4, 3, 3, 2)), ((1, 1, 6, 6), (1, 1, 6, 6))):
    x, weight = rng.normal(size=shape), rng.normal(size=filters)
    found, expected = correlate_by_fft(x, weight), by_loops(x, weight, **HOW["plain"])
    close(found, expected, f"the result for {shape} and {filters}", dtype="float64")
x, weight = np.ones((1, 1, 4, 4), np.float32), np.ones((1, 1, 2, 2), np.float32)
close(correlate_by_fft(x, weight), np.full((1, 1, 3, 3), 4.0), "ones in float32", dtype="float32")

# %% [markdown]
# ## Reflection
#
# A convolution assumes that a pattern means the same wherever it is. Name a kind of image, or of
# table, for which that is not true. What would a layer look like that knows where it looks?

# %% [markdown]
# *Your answer here.*
