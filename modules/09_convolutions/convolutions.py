# %% [markdown]
# # 09 · Convolutions

# %% given: imports
# %% given: padded

# %% [markdown]
# **Exercise 1 · easy · 10 minutes.** Fill in `output_size`.


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


# %% [markdown]
# **Exercise 2 · medium · 20 minutes.** Fill in `windows`.


# %% nbgrader={"grade_id": "windows", "solution": true}
#| export
def windows(x: np.ndarray, kernel: tuple, stride: tuple, dilation: tuple) -> np.ndarray:
    """All windows of the images in `x`, as a view: not a byte is copied.

    Shapes: (n, c, h, w) -> (n, c, h_out, w_out, kh, kw), with kernel = (kh, kw). stride and
    dilation: pairs as well, for rows and columns. `x` may have any strides, and what is written
    into the view is written into `x`.
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


# %% [markdown]
# **Exercise 3 · medium · 25 minutes.** Fill in `conv2d_forward`.


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


# %% [markdown]
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
        parts = weight.reshape(out, -1).T @ g.reshape(n, out, -1)  # as columns
        parts = parts.reshape(n, *weight.shape[1:], h_out, w_out)
        wide = padded(np.zeros(x.shape, g.dtype), padding)
        view = windows(wide, weight.shape[2:], stride, dilation)
        for i, j in np.ndindex(*weight.shape[2:]):
            view[..., i, j] += parts[:, :, i, j]
        return cropped(wide, padding)

    def for_weight(g, columns, x, weight, bias=None, *, stride, padding, dilation):
        flat = g.reshape(*g.shape[:2], -1)  # (n, out, h_out w_out)
        return (flat @ columns.swapaxes(1, 2)).sum(0).reshape(weight.shape)

    def for_bias(g, columns, x, weight, bias=None, *, stride, padding, dilation):
        return total((0, 2, 3), g).reshape(-1)  # (1, out, 1, 1) -> (out,)

    return for_x, for_weight, for_bias
    ### END SOLUTION


# %% given: forms
# %% given: conv2d

# %% [markdown]
# **Exercise 5 · medium · 30 minutes.** Fill in `max_pool_parts`.


# %% nbgrader={"grade_id": "max-pool", "solution": true}
#| export
def max_pool_parts() -> tuple:
    """The forward pass of max pooling, and its rule: two functions.

    forward(x, kernel, stride, padding, dilation) -> (y, winner): the largest value of each window,
    and its place in the window, which is read row by row; of several equal ones, the first wins.
    rule(g, winner, x, kernel, stride, padding, dilation) -> the gradient of x, if g is that of y:
    what a window gets goes to its winner alone. A pixel that wins several windows gets the sum.
    Shapes: x (n, c, h, w); y, winner and g (n, c, h_out, w_out). All settings are pairs, and the
    padding is of minus infinity. The dtype stays; no array that came in is changed.
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


# %% given: max-pool2d

# %% [markdown]
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


# %% given: average-pools

# %% [markdown]
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
    Raises: ValueError naming channels and groups, if either kind of channels does not divide.
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


# %% given: layers

# %% [markdown]
# **Exercise 8 · medium · 20 minutes.** Fill in `costs`.


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
