# %% mutant: added_twice
"""The first gradient of an input is put into the dict and then added to itself."""

old = "grads[x] = part"
new = "grads[x] = part + part"

# %% mutant: adds_in_place_to_shared_arrays
"""`+=` changes an array that another tensor's gradient is, too."""

old = "grads[x] = grads[x] + part"
new = "grads[x] += part"

# %% mutant: every_tensor_keeps_its_gradient
"""Tensors on the way get a .grad as well."""

old = """\
if out.retains_grad:
    accumulate_grad(out, g)"""
new = "accumulate_grad(out, g)"

# %% mutant: grad_shares_memory
"""Leaves keep the very arrays that the rules made."""

old = "accumulate_grad(leaf, g)"
new = "leaf.grad = Tensor(np.asarray(g)) if leaf.grad is None else Tensor(leaf.grad.array + g)"

# %% mutant: last_use_counts
"""The gradient of a second use overwrites that of the first."""

old = "grads[x] += part"
new = "grads[x] = part"
old = "grads[x] = grads[x] + part"
new = "grads[x] = part"

# %% mutant: overwrites_grad
"""A second call overwrites .grad instead of adding to it."""

old = "accumulate_grad(out, g)"
new = "out.grad = Tensor(np.array(g))"
old = "accumulate_grad(leaf, g)"
new = "leaf.grad = Tensor(np.array(g, leaf.dtype))"

# %% mutant: receipts_never_freed
"""Receipts stay, so that a second backward counts everything twice."""

old = "out.grad_fn = FREED"
new = "pass"

# %% mutant: retain_graph_ignored
"""Receipts are used up even with retain_graph=True."""

old = """\
if not retain_graph:
    out.grad_fn = FREED"""
new = "out.grad_fn = FREED"

# %% mutant: starts_from_ones
"""The gradient that was given is ignored."""

old = "grads, owned = {y: first_gradient(y, gradient)}, set()"
new = "grads, owned = {y: np.ones_like(first_gradient(y, gradient))}, set()"

# %% alternative: leaves_at_once
"""Leaves get each part at once, other tensors wait in the dict."""

grads = {y: first_gradient(y, gradient)}
if y.grad_fn is None:
    accumulate_grad(y, grads[y])
for out in graph_order(y):
    g = grads[out]
    for x, part in input_gradients(out, g):
        if x.grad_fn is None:
            accumulate_grad(x, part)
        else:
            grads[x] = grads.get(x, 0) + part
    if out.retains_grad:
        accumulate_grad(out, g)
    del grads[out]
    if not retain_graph:
        out.grad_fn = FREED

# %% alternative: lists_of_parts
"""Parts wait in lists and are added up when the turn of their tensor comes."""

parts, done = {y: [first_gradient(y, gradient)]}, graph_order(y)
for out in done:
    first, *more = parts.pop(out)
    g = sum(more, first)
    for x, part in input_gradients(out, g):
        parts.setdefault(x, []).append(part)
    if out.retains_grad:
        accumulate_grad(out, g)
for leaf in parts:
    for part in parts[leaf]:
        accumulate_grad(leaf, part)
if not retain_graph:
    for out in done:
        out.grad_fn = FREED
