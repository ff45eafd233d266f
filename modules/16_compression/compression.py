# %% [markdown]
# # 16 · Compression
#
# A trained network has far more weights than it needs. They helped it to learn; to compute, most of
# them can go. In this module you take them away in three ways: **pruning** sets single weights to
# zero, or removes whole units; a **low-rank** product replaces a large matrix by two thin ones; and
# **distillation** trains a small network on what a large one says. At the end you have a network
# that is ten times smaller and reads nearly as many digits, and a figure that shows which way was
# best.
#
# One warning. Accuracy is a poor judge of compression: the most common mistake, a mask that is not
# kept during further training, makes the accuracy *better*, since the weights grow back. So count
# the zeros.

# %% given: imports
# %% given: notebook-imports
# %% given: tests

# %% [markdown]
# ## 1. What zeros are worth
#
# A zero in a matrix takes four bytes like any other number. To save them, store only what is not
# zero, and where it stands. In the format **CSR** (compressed sparse rows) that is three arrays:
# the values, for each of them the column, and for each row where it begins (one number more, for
# the end). **Density** is the share that is not zero, **sparsity** the share that is.
#
# **Exercise 1 · easy · 15 minutes.** Fill in `storage`. Predict first: below which density does a
# sparse matrix take fewer bytes than a dense one?


# %% nbgrader={"grade_id": "storage", "solution": true}
#| export
def storage(rows: int, columns: int, kept: int, rank: int) -> tuple[int, int, int]:
    """Bytes of a float32 matrix in three forms: (dense, sparse, low rank).

    sparse: `kept` values that are not zero, in float32, an int32 column for each, and rows + 1
    beginnings in int32. low rank: two matrices, (rows, rank) and (rank, columns), in float32.
    """
    # Three lines, or one.
    ### BEGIN SOLUTION
    dense = 4 * rows * columns
    sparse = 4 * kept + 4 * kept + 4 * (rows + 1)
    thin = 4 * rank * (rows + columns)
    return dense, sparse, thin
    ### END SOLUTION


# %% nbgrader={"grade_id": "storage-test", "grade": true, "points": 3}
# A matrix of 100 rows and 50 columns, 1,000 of its 5,000 values kept, or of rank 10.
dense, sparse, thin = storage(100, 50, 1000, 10)
equal(dense, 20000, "the bytes of the dense matrix", suspects=MISTAKES["dense"])
equal(sparse, 8404, "the bytes of the sparse matrix", suspects=MISTAKES["sparse"])
equal(thin, 6000, "the bytes of two matrices of rank 10", suspects=MISTAKES["thin"])

# %% nbgrader={"grade_id": "storage-hidden", "grade": true, "points": 1}
# Also graded: other sizes, nothing kept, everything kept, rank 1.
### BEGIN HIDDEN TESTS
equal(storage(784, 256, 20070, 32), (802816, 163700, 133120), "storage(784, 256, 20070, 32)")
equal(storage(3, 2, 0, 1), (24, 16, 20), "storage(3, 2, 0, 1)")
equal(storage(10, 10, 100, 5), (400, 844, 400), "storage(10, 10, 100, 5)")
### END HIDDEN TESTS

# %% [markdown]
# So a little more than half of the values have to go before anything is saved. And for $m$ rows and
# $n$ columns a rank pays only below $mn/(m + n)$.
#
# ## 2. Which weights can go?
#
# The simplest answer is hard to beat: the *smallest*, by **magnitude**. A weight near zero adds
# little to any sum. Not the most negative: that one is as far from zero as a large positive one.
#
# **Exercise 2 · easy · 15 minutes.** Fill in `magnitude_mask`. A **mask** has a 1 where a weight
# stays, and a 0 where it goes.


# %% nbgrader={"grade_id": "magnitude-mask", "solution": true}
#| export
def magnitude_mask(weight: np.ndarray, count: int) -> np.ndarray:
    """A mask in the shape of `weight`: 0 for the `count` smallest absolute values, 1 for the rest.

    Exactly `count` zeros, also where values are equal: the first ones, in row order, go first.
    Shapes: any, kept. Dtype: float32. weight is not changed.
    """
    # Three or four lines: `np.argsort(..., kind="stable")` of the flat absolute values.
    ### BEGIN SOLUTION
    order = np.argsort(np.abs(weight).reshape(-1), kind="stable")
    mask = np.ones(weight.size, np.float32)
    mask[order[:count]] = 0
    return mask.reshape(weight.shape)
    ### END SOLUTION


# %% nbgrader={"grade_id": "magnitude-mask-test", "grade": true, "points": 3}
# Six weights, half of which go; equal values; nothing, and all.
weight = np.array([[0.1, -5.0, 0.3], [-0.2, 4.0, 0.05]])
found = magnitude_mask(weight, 3)
close(found, [[0, 1, 1], [0, 1, 0]], "the mask of six weights", suspects=MISTAKES["mask"])
equal(found.dtype.name, "float32", "the dtype of the mask")
close(weight, [[0.1, -5.0, 0.3], [-0.2, 4.0, 0.05]], "the weight after the call")
equal_values = magnitude_mask(np.array([1.0, -1.0, 1.0, 1.0, 2.0]), 2)
close(equal_values, [0, 0, 1, 1, 1], "the mask of equal values", hint="exactly two zeros")
many, expected = np.tile([1.0, 2.0, 1.0], 40), [0, 1, 0] * 20 + [1] * 60
close(magnitude_mask(many, 40), expected, "the mask of 80 equal values", hint="a stable argsort")
close(magnitude_mask(weight, 0), np.ones((2, 3)), "the mask if nothing goes")
close(magnitude_mask(weight, 6), np.zeros((2, 3)), "the mask if everything goes")

# %% nbgrader={"grade_id": "magnitude-mask-hidden", "grade": true, "points": 1}
# Also graded: filters, random weights, zeros among them, no weights.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(0)
for shape, count in (((4, 3, 3, 3), 50), ((7,), 3), ((20, 10), 190)):
    weight = rng.normal(size=shape)
    mask = magnitude_mask(weight, count)
    equal(mask.shape, shape, f"the shape of the mask of {shape}")
    equal(int((mask == 0).sum()), count, f"the zeros in the mask of {shape}")
    worst, best = np.abs(weight[mask == 0]).max(), np.abs(weight[mask == 1]).min()
    equal(bool(worst < best), True, f"whether the smallest of {shape} went")
close(magnitude_mask(np.zeros((2, 2)), 3), [[0, 0], [0, 1]], "the mask of zeros")
equal(magnitude_mask(np.zeros((0, 3)), 0).shape, (0, 3), "the mask of no weights")
### END HIDDEN TESTS

# %% [markdown]
# Layers are not alike. The first layer of the perceptron below sees the border of the image, where
# nothing ever is, and can spare most of its weights; the last one can spare few. So compare the
# weights of *all* layers, and let each lose as many as it has among the smallest: **global**
# pruning.
#
# **Exercise 3 · medium · 15 minutes.** Fill in `global_masks`.


# %% nbgrader={"grade_id": "global-masks", "solution": true}
#| export
def global_masks(weights: list, count: int) -> list:
    """A mask for each weight: 0 for the `count` smallest absolute values of all taken together.

    Exactly `count` zeros in all. Of equal values those of the first weight go first.
    Shapes: as the weights, which are not changed. Dtype: float32.
    """
    # Three to five lines: one long array, its `magnitude_mask`, and that cut into pieces.
    ### BEGIN SOLUTION
    whole = np.concatenate([weight.reshape(-1) for weight in weights])
    ends = np.cumsum([weight.size for weight in weights])[:-1]
    parts = np.split(magnitude_mask(whole, count), ends)
    return [part.reshape(w.shape) for part, w in zip(parts, weights, strict=True)]
    ### END SOLUTION


# %% nbgrader={"grade_id": "global-masks-test", "grade": true, "points": 3}
# A weight of small values and one of large ones; four of seven go.
small, large = np.array([[0.1, -0.2], [0.3, 0.04]]), np.array([3.0, 0.25, -2.0])
found = global_masks([small, large], 4)
close(found[0], [[0, 0], [1, 0]], "the mask of the small one", suspects=MISTAKES["global small"])
close(found[1], [1, 0, 1], "the mask of the large one", suspects=MISTAKES["global large"])
equal([mask.dtype.name for mask in found], ["float32"] * 2, "the dtypes of the masks")

# %% nbgrader={"grade_id": "global-masks-test-2", "grade": true, "points": 1}
# Equal values: exactly as many zeros as asked for. One weight alone.
small = np.array([[0.1, -0.2], [0.3, 0.04]])
found = global_masks([np.ones(3), np.ones((2, 2))], 4)
close(found[0], [0, 0, 0], "the mask of the first of two equal ones")
close(found[1], [[0, 1], [1, 1]], "the mask of the second of two equal ones")
close(global_masks([small], 2)[0], [[0, 1], [1, 0]], "the mask of one weight alone")

# %% nbgrader={"grade_id": "global-masks-hidden", "grade": true, "points": 1}
# Also graded: three random weights of other shapes, nothing, all, views that are not contiguous.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(1)
weights = [
    rng.normal(scale=s, size=shape) for s, shape in ((1, (5, 4)), (0.1, (3, 2, 2)), (3, (6,)))
]
whole = np.sort(np.abs(np.concatenate([w.reshape(-1) for w in weights])))
for count in (0, 7, 20, 38):
    masks, limit = global_masks(weights, count), np.append(whole, np.inf)[count]
    for weight, mask in zip(weights, masks, strict=True):
        close(mask, np.abs(weight) >= limit, f"a mask of {weight.shape}, {count} of 38 go")
turned = global_masks([weights[0].T, weights[2]], 10)
close(turned[0].T, global_masks([weights[0], weights[2]], 10)[0], "the mask of a transposed weight")
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Keep the mask
#
# After pruning, the network has to practice for a while, so that the weights that are left take
# over. And here is the trap. Set weights to zero and train on: the gradient moves them, and after
# one step nothing is zero any more. Set their gradients to zero as well: momentum still has its
# memory, weight decay its own ideas, and they move again.
#
# What works is a weight that is *computed*: the parameter stays behind under the name
# `weight_orig`, the mask is a buffer `weight_mask`, and before every forward pass `weight =
# weight_orig * weight_mask`. Whatever an optimizer does to the parameter, the zeros stay, and the
# product's rule lets no gradient through them. PyTorch does it the same way.
#
# **Exercise 4 · medium · 25 minutes.** Fill in `hold_mask`. `register_parameter`, `register_buffer`
# and `register_forward_pre_hook(hook)` are methods of every module (module 03); the hook is called
# as `hook(module, args)` before each forward pass, and returns nothing.


# %% nbgrader={"grade_id": "hold-mask", "solution": true}
#| export
def hold_mask(module: Module, name: str, mask: np.ndarray):
    """From now on `module.name` is a parameter times `mask`, computed before every forward pass.

    The parameter, the same object, is found as name + "_orig", the mask as the buffer name +
    "_mask", a float32 tensor; `module.name` is no parameter any more, and is the masked tensor at
    once. Gradients reach the parameter through the product.
    Returns: what `register_forward_pre_hook` returned, by which the hook can be removed.
    Source: https://docs.pytorch.org/tutorials/intermediate/pruning_tutorial.html
    """
    # About ten lines: the parameter, `delattr`, two registrations, the hook, and its first call.
    ### BEGIN SOLUTION
    parameter = getattr(module, name)
    delattr(module, name)
    module.register_parameter(f"{name}_orig", parameter)
    module.register_buffer(f"{name}_mask", tensor(np.asarray(mask, np.float32)))

    def hook(module, args):
        masked = getattr(module, f"{name}_orig") * getattr(module, f"{name}_mask")
        setattr(module, name, masked)

    hook(module, ())
    return module.register_forward_pre_hook(hook)
    ### END SOLUTION


# %% nbgrader={"grade_id": "hold-mask-test", "grade": true, "points": 2}
# Names, the parameter itself, the masked weight, the result of the layer.
layer = linear_of([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
parameter, mask = layer.weight, np.array([[1, 0, 1], [0, 1, 0]])
hold_mask(layer, "weight", mask)
equal([n for n, _ in layer.named_parameters()], ["weight_orig"], "the names of the parameters")
equal([n for n, _ in layer.named_buffers()], ["weight_mask"], "the names of the buffers")
equal(layer.weight_orig is parameter, True, "whether weight_orig is the parameter that was there")
equal(layer.weight_mask.numpy().dtype.name, "float32", "the dtype of weight_mask")
close(layer.weight, [[1, 0, 3], [0, 5, 0]], "the weight", hint="call the hook once yourself")
close(layer(tensor([[1.0, 10.0, 100.0]])), [[301, 50]], "what the layer computes")

# %% nbgrader={"grade_id": "hold-mask-test-2", "grade": true, "points": 2}
# Training with momentum and weight decay: what is masked stays 0, and gets no gradient.
layer, mask = linear_of([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.array([[1, 0, 1], [0, 1, 0]])
optimizer = SGD(layer.parameters(), lr=0.1, momentum=0.9, weight_decay=0.1)
steps_of(layer, optimizer, 3)  # the momentum remembers where everything moved
hold_mask(layer, "weight", mask)
steps_of(layer, optimizer, 3)
layer(tensor([[1.0, 1.0, 1.0]]))
zeros = layer.weight.numpy()[mask == 0]
close(
    zeros, [0, 0, 0], "the masked weights after three steps", hint="compute the product each time"
)
close(layer.weight_orig.grad.numpy()[mask == 0], [0, 0, 0], "the gradients of masked weights")
moved = bool((layer.weight.numpy()[mask == 1] != [1, 3, 5]).all())
equal(moved, True, "whether the other weights have learned")

# %% nbgrader={"grade_id": "hold-mask-hidden", "grade": true, "points": 2}
# Also graded: a bias, two masks in one module, state_dict and back, masks that change later.
### BEGIN HIDDEN TESTS
layer = Linear(3, 2)
hold_mask(layer, "bias", [0, 1])
hold_mask(layer, "weight", np.ones((2, 3)))
names = sorted(layer.state_dict())
equal(names, ["bias_mask", "bias_orig", "weight_mask", "weight_orig"], "the state of two masks")
close(layer(tensor(np.zeros((1, 3), "float32"))).numpy()[0, 0], 0.0, "a masked bias")
other = Linear(3, 2)
hold_mask(other, "bias", [1, 1])
hold_mask(other, "weight", np.ones((2, 3)))
other.load_state_dict(layer.state_dict())
x = tensor(np.arange(6.0, dtype="float32").reshape(2, 3))
close(other(x), layer(x), "a layer that got the state of another one")
with no_grad():
    other.weight_mask *= 0
close(other(x).numpy()[:, 0], [0, 0], "after the mask was set to 0")
equal(layer.weight_orig.grad is None, True, "whether nothing has set a gradient")
backward(layer(x).sum())
close(layer.bias_orig.grad, [0, 2], "the gradient of a masked bias")
### END HIDDEN TESTS

# %% [markdown]
# Given: PyTorch's functions of `nn.utils.prune`, made of your parts: `l1_unstructured`,
# `random_unstructured`, `global_unstructured`, `custom_from_mask`, `remove`, `is_pruned`. And a
# perceptron that has learned to read MNIST.

# %% given: prune
# %% given: model

# %% [markdown]
# ## 4. How much does each layer need?
#
# Before you decide how much to take where, ask the model. A **sensitivity scan** prunes one layer
# at a time, by more and more, looks at the accuracy, and puts everything back.
#
# **Exercise 5 · medium · 20 minutes.** Fill in `sensitivity`.


# %% nbgrader={"grade_id": "sensitivity", "solution": true}
#| export
def sensitivity(weights: list, amounts, evaluate) -> np.ndarray:
    """What `evaluate()` says while one weight is pruned by one amount: a row for each weight.

    weights: arrays that the model computes with, changed in place and put back, also if `evaluate`
    raises an error. amounts: shares from 0 to 1; round(amount * size) smallest values become 0.
    Each entry starts from the weight as it was.
    Shapes: (weights, amounts), float64.
    """
    # About ten lines: two loops, a copy, `try` and `finally`.
    ### BEGIN SOLUTION
    found = np.zeros((len(weights), len(amounts)))
    for i, weight in enumerate(weights):
        before = weight.copy()
        for j, amount in enumerate(amounts):
            try:
                weight *= magnitude_mask(before, round(amount * weight.size))
                found[i, j] = evaluate()
            finally:
                weight[...] = before
    return found
    ### END SOLUTION


# %% nbgrader={"grade_id": "sensitivity-test", "grade": true, "points": 3}
# Two weights; `evaluate` says what is left of each.
first, second = np.array([1.0, 2.0, 3.0, 4.0]), np.array([[-10.0, 30.0]])
found = sensitivity([first, second], [0.0, 0.5, 1.0], lambda: first.sum() + np.abs(second).sum())
expected = [[50, 47, 40], [50, 40, 10]]
close(found, expected, "what is left of two weights", suspects=MISTAKES["sensitivity"])
close(first, [1, 2, 3, 4], "the first weight after the scan", hint="put it back")
close(second, [[-10, 30]], "the second weight after the scan")

# %% nbgrader={"grade_id": "sensitivity-test-2", "grade": true, "points": 1}
# Amounts that go down; an error on the way.
first, second = np.array([1.0, 2.0, 3.0, 4.0]), np.array([[-10.0, 30.0]])
found = sensitivity([first], (1.0, 0.25), first.sum)
close(
    found,
    [[0, 9]],
    "what is left, the largest amount first",
    hint="start from the weight as it was",
)
with raises(ZeroDivisionError, "division", "the error of `evaluate`"):
    sensitivity([second], [1.0], lambda: 1 / 0)
close(second, [[-10, 30]], "the weight after an error", hint="`finally` always runs")

# %% nbgrader={"grade_id": "sensitivity-hidden", "grade": true, "points": 1}
# Also graded: random weights, shares that need rounding, no amounts, how often it evaluates.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(2)
weights = [rng.normal(size=shape) for shape in ((3, 5), (7,), (2, 2, 2))]
copies, calls = [w.copy() for w in weights], []
found = sensitivity(
    weights, [0.1, 0.33, 0.9], lambda: calls.append(1) or sum(np.abs(w).sum() for w in weights)
)
for i, weight in enumerate(copies):
    rest = sum(np.abs(w).sum() for w in copies) - np.abs(weight).sum()
    ordered = np.sort(np.abs(weight).reshape(-1))
    wanted = [rest + ordered[round(a * weight.size) :].sum() for a in (0.1, 0.33, 0.9)]
    close(found[i], wanted, f"what is left if weight {i} of shape {weight.shape} is pruned")
    close(weights[i], weight, f"weight {i} after the scan")
equal(len(calls), 9, "how often it evaluates")
equal(sensitivity(weights, [], len).shape, (3, 0), "the shape for no amounts")
### END HIDDEN TESTS

# %% given: scan

# %% [markdown]
# Every layer stands a lot: at half of its weights nothing happens, whichever it is. At 95% they
# differ. The figure says where a small network could be smaller still.
#
# And all at once? Predict before you run the next cell: at which sparsity does the accuracy fall by
# ten points, for the smallest weights of all layers, for random ones, and how much comes back after
# two epochs of practice with the mask?

# %% given: sparsities

# %%
curves, kept = prune_and_practice(model)
draw_sparsities(curves)
print(f"zeros after practice at 90%: {kept:.1%}")
assert abs(kept - 0.9) < 0.001, "the zeros should still be there"

# %% [markdown]
# Random weights cannot be spared, small ones can: at 80% little happens. After practice even 95%
# cost next to nothing; up to 90% the pruned networks read *more* digits than the whole one, but do
# not praise the zeros for it: they had two epochs more. The last line is the one to watch: the
# zeros are still there. Without the mask the accuracy would be as good, and nothing pruned.
#
# ## 5. Whole units
#
# Zeros here and there save bytes in a file, but no time: the matrix product multiplies them like
# all others. **Structured pruning** takes away whole units, so that the matrices really become
# smaller. A unit is a *row* of its layer's weight and an entry of the bias, and it is also a
# *column* of the next layer's weight, which is easy to forget. Behind a flattened convolution it is
# a whole block of columns, one for each pixel of its channel.
#
# **Exercise 6 · hard · 30 minutes.** Fill in `cut_units`.


# %% nbgrader={"grade_id": "cut-units", "solution": true}
#| export
def cut_units(weight: np.ndarray, bias: np.ndarray, following: np.ndarray, keep) -> tuple:
    """(weight, bias, following) of two layers with only the units `keep` of the first one.

    weight: (units, ...), a linear layer's or a convolution's. bias: (units,) or None, which stays
    None. following: (out, units * block, ...), the weight of the layer behind: unit u is its
    columns u * block to (u + 1) * block; block is 1 unless a convolution was flattened.
    keep: the places of the units that stay, in their new order, or none at all ([]).
    New arrays; none is changed.
    """
    # Four to six lines. `np.take(array, places, axis=...)`; a reshape makes blocks.
    ### BEGIN SOLUTION
    keep, units = np.asarray(keep, dtype=int), len(weight)
    out, columns, *rest = following.shape
    blocks = following.reshape(out, units, columns // units, *rest)  # a unit along dimension 1
    behind = blocks[:, keep].reshape(out, len(keep) * (columns // units), *rest)
    return weight[keep], None if bias is None else bias[keep], np.ascontiguousarray(behind)
    ### END SOLUTION


# %% nbgrader={"grade_id": "cut-units-test", "grade": true, "points": 2}
# Three units, of which the first and the last stay.
weight, bias = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([0.1, 0.2, 0.3])
following = np.array([[1.0, 10.0, 100.0], [2.0, 20.0, 200.0]])
rows, shifts, columns = cut_units(weight, bias, following, [0, 2])
close(rows, [[1, 2], [5, 6]], "the weight", suspects=MISTAKES["rows"])
close(shifts, [0.1, 0.3], "the bias")
close(columns, [[1, 100], [2, 200]], "the weight of the next layer", suspects=MISTAKES["columns"])
equal(weight.shape + following.shape, (3, 2, 2, 3), "the shapes that came in, after the call")
equal(cut_units(weight, None, following, [1])[1] is None, True, "whether no bias stays no bias")

# %% nbgrader={"grade_id": "cut-units-test-2", "grade": true, "points": 2}
# Another order; filters and the filters behind them; a flattened convolution, two columns a unit.
weight, bias = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([0.1, 0.2, 0.3])
following = np.array([[1.0, 10.0, 100.0], [2.0, 20.0, 200.0]])
rows, _, columns = cut_units(weight, bias, following, [2, 0])
close(rows, [[5, 6], [1, 2]], "the weight in another order")
close(columns, [[100, 1], [200, 2]], "the weight of the next layer in another order")
filters, behind = np.arange(18.0).reshape(3, 1, 2, 3), np.arange(24.0).reshape(2, 3, 2, 2)
found = cut_units(filters, None, behind, [1])
close(found[0], filters[1:2], "one filter of three")
close(found[2], behind[:, 1:2], "the filters behind it")
flat = np.array([[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]])
wrong = {"a column, not a block of columns": [[0, 2]], "every second column": [[0, 2, 4]]}
found = cut_units(weight, bias, flat, [0, 2])[2]
close(
    found, [[0, 1, 4, 5]], "the layer behind three flattened channels of two pixels", suspects=wrong
)

# %% nbgrader={"grade_id": "cut-units-hidden", "grade": true, "points": 2}
# Also graded: the same results as with units set to 0, all kept, none kept, NumPy places.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(3)
for units, block in ((6, 1), (5, 4), (3, 2)):
    weight, bias = rng.normal(size=(units, 7)), rng.normal(size=units)
    following, keep = rng.normal(size=(4, units * block)), np.arange(units)[::2]
    off = np.setdiff1d(np.arange(units), keep)
    zeroed = following.reshape(4, units, block).copy()
    zeroed[:, off] = 0
    x, spread = rng.normal(size=(3, 7)), np.ones(block)
    wanted = np.kron(x @ weight.T + bias, spread) @ zeroed.reshape(4, -1).T
    rows, shifts, columns = cut_units(weight, bias, following, keep)
    close(
        np.kron(x @ rows.T + shifts, spread) @ columns.T,
        wanted,
        f"{units} units, blocks of {block}",
    )
    whole = cut_units(weight, bias, following, range(units))
    close(whole[2], following, "the next layer if all units stay")
equal(cut_units(weight, bias, following, [])[2].shape, (4, 0), "the next layer if no unit stays")
### END HIDDEN TESTS

# %% given: cut

# %% [markdown]
# ## 6. Two thin matrices
#
# A matrix of rank $r$ is a product of two thin ones. The **singular value decomposition** $W = U S
# V^T$ sorts what a matrix does by how much of it there is, and cutting off after $r$ **singular
# values** gives the best product of rank $r$ there is. Instead of $mn$ numbers, $r(m + n)$.
#
# **Exercise 7 · medium · 20 minutes.** Fill in `low_rank`. Give each side the root of the singular
# values, so that both have weights of about the same size.


# %% nbgrader={"grade_id": "low-rank", "solution": true}
#| export
def low_rank(weight: np.ndarray, rank: int) -> tuple[np.ndarray, np.ndarray]:
    """(first, second): matrices of two linear layers that stand for one with `weight`.

    second @ first is the best approximation of weight (out, in) of this rank, and both have the
    same singular values. The dtype stays.
    Shapes: (out, in) -> (rank, in), (out, rank).
    Raises: ValueError that names the rank unless it is from 1 to the smaller side of weight.
    Source: Eckart and Young (1936), Psychometrika 1, pages 211-218.
    """
    # About six lines. `np.linalg.svd(weight, full_matrices=False)` gives u, s and v transposed.
    ### BEGIN SOLUTION
    if not 1 <= rank <= min(weight.shape):
        most = min(weight.shape)
        raise ValueError(f"low_rank: the rank of {weight.shape} is from 1 to {most}, not {rank}")
    u, s, v = np.linalg.svd(weight, full_matrices=False)
    root = np.sqrt(s[:rank])
    return root[:, None] * v[:rank], u[:, :rank] * root  # (rank, in), (out, rank)
    ### END SOLUTION


# %% nbgrader={"grade_id": "low-rank-test", "grade": true, "points": 2}
# A matrix of rank 1; one with two known directions, cut off after the first.
weight = np.outer([1.0, 2.0, -1.0], [3.0, 0.0, 4.0, 0.0])
first, second = low_rank(weight, 1)
equal(first.shape + second.shape, (1, 4, 3, 1), "the shapes for a (3, 4) of rank 1")
close(second @ first, weight, "the product for a matrix of rank 1", suspects=MISTAKES["svd"])
two = np.diag([9.0, 4.0])
first, second = low_rank(two, 1)
close(second @ first, [[9, 0], [0, 0]], "what is left of the diagonal 9, 4")
close(np.abs(low_rank(two, 2)[0]), [[3, 0], [0, 2]], "the first of two", hint="a root on each side")

# %% nbgrader={"grade_id": "low-rank-test-2", "grade": true, "points": 1}
# Ranks that there are not; float32 stays.
weight = np.outer([1.0, 2.0, -1.0], [3.0, 0.0, 4.0, 0.0])
for rank in (0, 5, -1):
    with raises(ValueError, str(rank), f"the error for rank {rank} of a (3, 4)"):
        low_rank(weight, rank)
equal(low_rank(weight.astype("float32"), 2)[0].dtype.name, "float32", "the dtype from float32")

# %% nbgrader={"grade_id": "low-rank-hidden", "grade": true, "points": 2}
# Also graded: random matrices, the error of the best approximation, equal singular values.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(4)
for shape, rank in (((6, 9), 3), ((9, 4), 4), ((5, 5), 1)):
    weight = rng.normal(size=shape)
    first, second = low_rank(weight, rank)
    values = np.linalg.svd(weight, compute_uv=False)
    off = np.linalg.norm(weight - second @ first)
    close(
        off, np.sqrt((values[rank:] ** 2).sum()), f"the error of {shape} at rank {rank}", atol=1e-9
    )
    roots = np.sqrt(values[:rank])
    close(
        np.linalg.svd(first, compute_uv=False), roots, f"the singular values of the first, {shape}"
    )
    close(np.linalg.svd(second, compute_uv=False), roots, f"those of the second, {shape}")
### END HIDDEN TESTS

# %% given: ranks

# %% [markdown]
# On the left the singular values of the first layer fall steeply, and then slowly for two hundred
# more. On the right is the accuracy if only the first ones are kept: sixteen of 256 do nearly all
# of the work, in a twelfth of the numbers.
#
# ## 7. Learn from the teacher
#
# The last way does not cut anything: train a small network from the start, but on more than labels.
# A large network, the **teacher**, says for each image *how much* it looks like every digit. That
# this 4 could be a 9 is worth knowing. A **temperature** $T$ above 1 makes its answers softer, so
# that small probabilities count. The student is trained to give the same answers, measured by the
# **Kullback-Leibler divergence**, and the right labels as well:
#
# $$L = \alpha\,T^2 \cdot \frac1n \sum_i \sum_c p_{ic} \log\frac{p_{ic}}{q_{ic}} +
# (1 - \alpha) \cdot \text{cross-entropy} \qquad p = \text{softmax}(\text{teacher}/T),\ q =
# \text{softmax}(\text{student}/T)$$
#
# Gradients of the first term shrink as $1/T^2$; the factor makes up for it. The teacher does not
# learn.
#
# **Exercise 8 · medium · 25 minutes.** Fill in `distillation_loss`.


# %% nbgrader={"grade_id": "distillation-loss", "solution": true}
#| export
def distillation_loss(student: Tensor, teacher: Tensor, labels: Tensor, T: float, alpha: float):
    """alpha * T**2 * KL(teacher, student) + (1 - alpha) * cross-entropy: a tensor of one value.

    KL: of the softmax of logits / T, the sum over classes, averaged over the batch; with
    log-probabilities from `log_softmax`, so that logits of any size work. No gradient reaches the
    teacher.
    Shapes: student and teacher (n, classes), labels (n,) -> ().
    Source: Hinton, Vinyals and Dean (2015), section 2, arXiv:1503.02531.
    """
    # About five lines.
    ### BEGIN SOLUTION
    wanted = log_softmax(teacher.detach() / T, dim=1)  # (n, classes)
    found = log_softmax(student / T, dim=1)
    divergence = (wanted.exp() * (wanted - found)).sum() / len(student)
    return alpha * T**2 * divergence + (1 - alpha) * cross_entropy(student, labels)
    ### END SOLUTION


# %% nbgrader={"grade_id": "distillation-loss-test", "grade": true, "points": 2}
# Two examples of two classes: probabilities of 1/4 and 3/4 against 1/2 and 1/2.
teacher = tensor(np.log([[3.0, 1.0], [1.0, 3.0]]))
student, labels = tensor(np.zeros((2, 2)), requires_grad=True), tensor(np.array([0, 1]))
loss = distillation_loss(student, teacher, labels, 1.0, 1.0)
close(loss, 0.13081, "the divergence at T = 1", suspects=MISTAKES["divergence"], rtol=1e-4)
loss = distillation_loss(student, teacher, labels, 2.0, 1.0)
close(loss, 0.14536, "the loss at T = 2, alpha = 1", suspects=MISTAKES["warm"], rtol=1e-4)
loss = distillation_loss(student, teacher, labels, 2.0, 0.25)
close(loss, 0.55620, "the loss at T = 2, alpha = 0.25", suspects=MISTAKES["mixed"], rtol=1e-4)

# %% nbgrader={"grade_id": "distillation-loss-test-2", "grade": true, "points": 1}
# The gradient of the student; none for the teacher; logits of a thousand.
teacher = tensor(np.log([[3.0, 1.0], [1.0, 3.0]]), requires_grad=True)
student, labels = tensor(np.zeros((2, 2)), requires_grad=True), tensor(np.array([0, 1]))
backward(distillation_loss(student, teacher, labels, 1.0, 1.0))
close(student.grad, [[-0.125, 0.125], [0.125, -0.125]], "the gradient of the student")
equal(teacher.grad is None, True, "whether the teacher has no gradient", hint="teacher.detach()")
large = tensor(np.array([[1000.0, 0.0]])), tensor(np.array([[0.0, 1000.0]]))
loss = distillation_loss(*large, tensor(np.array([0])), 1.0, 0.5)
close(loss, 500.0, "the loss of logits of 1,000", hint="log_softmax, not the log of a softmax")

# %% nbgrader={"grade_id": "distillation-loss-hidden", "grade": true, "points": 2}
# Also graded: random logits, temperatures and shares, against NumPy; equal logits.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(5)
for n, classes, T, alpha in ((4, 3, 1.0, 0.5), (7, 10, 4.0, 0.9), (1, 5, 0.5, 0.1)):
    a, b, labels = *rng.normal(size=(2, n, classes)), rng.integers(0, classes, n)
    p, q = (np.exp(z / T) / np.exp(z / T).sum(1, keepdims=True) for z in (b, a))
    one = np.exp(a) / np.exp(a).sum(1, keepdims=True)
    kl = (p * np.log(p / q)).sum(1).mean()
    wanted = alpha * T * T * kl - (1 - alpha) * np.log(one[np.arange(n), labels]).mean()
    found = distillation_loss(tensor(a), tensor(b), tensor(labels), T, alpha)
    close(found, wanted, f"the loss of {n} examples, T = {T}, alpha = {alpha}")
same = tensor(rng.normal(size=(3, 4)))
close(distillation_loss(same, same, tensor(np.array([0, 1, 2])), 3.0, 1.0), 0.0, "equal logits")
### END HIDDEN TESTS

# %% given: distill

# %% [markdown]
# ## 8. Put to use: ten times smaller, three ways
#
# Now all of it. The perceptron has 235,146 parameters; each way gets about a tenth of the
# bytes. Pruned: 95% of the weights are zeros, since each that stays takes eight bytes, with its
# column. Cut: fewer units. Distilled: a small network taught by the large one, here with only 500
# labels, and the teacher's answers on the images that have none. Which one would you bet on?

# %% given: race

# %%
points = three_ways(model)
draw_pareto(points)
best = max(accuracy for bytes_, accuracy in points.values() if bytes_ < 240_000)
assert best > accuracy_of(model) - 0.01, "some way should lose less than a point"

# %% [markdown]
# The line joins those that nothing beats in both bytes and accuracy, the **Pareto front**. The
# pruned network reads most, but only its file is small: it computes with all of its zeros. The
# other two are small in every way. And see what a teacher is worth: the same network reads nearly
# nine points less if it has the 500 labels alone.
#
# ## 9. For those who want more
#
# **Stretch 1 · hard · 25 minutes.** Graphics cards multiply matrices twice as fast if of every four
# neighbors in a row two are zero (**2:4 sparsity**), since then it is known beforehand how many
# there are. Fill in `two_of_four`.


# %% nbgrader={"grade_id": "two-of-four", "solution": true}
def two_of_four(weight: np.ndarray) -> np.ndarray:
    """A mask that keeps the two largest absolute values of each four neighbors along the last dim.

    The last dimension divides by four. Of equal values the first ones go.
    Shapes: (..., 4k), kept. Dtype: float32.
    Source: Mishra et al. (2021), Accelerating Sparse Deep Neural Networks, arXiv:2104.08378.
    """
    # About five lines.
    ### BEGIN SOLUTION
    groups = np.abs(weight).reshape(-1, 4)
    order = np.argsort(groups, axis=1, kind="stable")
    mask = np.ones(groups.shape, np.float32)
    np.put_along_axis(mask, order[:, :2], 0, axis=1)
    return mask.reshape(weight.shape)
    ### END SOLUTION


# %% nbgrader={"grade_id": "two-of-four-test", "grade": true, "points": 0}
# Two groups in a row, equal values, a stack, random values.
weight = np.array([[1.0, -4.0, 3.0, 2.0, 0.1, 0.2, -0.3, 0.0]])
close(two_of_four(weight), [[0, 1, 1, 0, 0, 1, 1, 0]], "the mask of two groups of four")
close(two_of_four(np.ones((2, 4))), [[0, 0, 1, 1]] * 2, "the mask of equal values")
weight = np.random.default_rng(6).normal(size=(3, 5, 8))
mask = two_of_four(weight)
close(mask.reshape(-1, 4).sum(1), np.full(30, 2.0), "how many of each four stay")
kept, gone = np.abs(weight * mask).reshape(-1, 4), np.abs(weight * (1 - mask)).reshape(-1, 4)
smallest = np.where(kept == 0, np.inf, kept).min(1)
equal(bool((smallest >= gone.max(1)).all()), True, "whether the largest of each four stay")

# %% [markdown]
# ## Reflection
#
# A colleague prunes 95% of a network, trains on for three epochs, and reports that the accuracy is
# *higher* than before. Which two numbers would you ask for before you believe it? And which of the
# three ways would you choose for a phone, which for a download, and why?

# %% [markdown]
# *Your answer here.*
