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

old = "accumulate_grad(leaf, grads.pop(leaf))"
new = """\
g = grads[leaf]
leaf.grad = Tensor(np.asarray(g)) if leaf.grad is None else Tensor(leaf.grad.array + g)"""

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
old = "accumulate_grad(leaf, grads.pop(leaf))"
new = "leaf.grad = Tensor(np.array(grads[leaf], leaf.dtype))"

# %% mutant: receipts_never_freed
"""Receipts stay, so that a second backward counts everything twice."""

old = "out.grad_fn = FREED"
new = "pass"

# %% mutant: retain_graph_ignored
"""Receipts are used up even with retain_graph=True: a RuntimeError."""

old = """\
if not retain_graph:
    out.grad_fn = FREED"""
new = "out.grad_fn = FREED"

# %% mutant: starts_from_ones
"""The gradient that was given is ignored."""

old = "grads, owned = {y: first_gradient(y, gradient)}, set()"
new = "grads, owned = {y: np.ones_like(first_gradient(y, gradient))}, set()"

# %% mutant: retains_grad_ignored
"""Tensors that were asked to retain their gradient do not."""

old = """\
if out.retains_grad:
    accumulate_grad(out, g)"""
new = ""

# %% mutant: keeps_the_first_use
"""A gradient that is there already is not added to."""

old = "grads[x] += part"
new = "pass"
old = "grads[x] = grads[x] + part"
new = "pass"

# %% mutant: freed_before_its_rules
"""The receipt is taken away before its rules have run: a RuntimeError, used up."""

old = "g = grads.pop(out)"
new = """\
g = grads.pop(out)
if not retain_graph:
    out.grad_fn = FREED"""

# %% mutant: starts_without_y
"""The gradient of y is not put into the dict: a KeyError."""

old = "grads, owned = {y: first_gradient(y, gradient)}, set()"
new = "grads, owned = {}, set()"

# %% mutant: ones_for_several_values
"""A y of several values starts from ones, silently."""

old = "grads, owned = {y: first_gradient(y, gradient)}, set()"
new = """\
if gradient is None:
    gradient = np.ones_like(y.array)
grads, owned = {y: first_gradient(y, gradient)}, set()"""

# %% mutant: grads_are_arrays_of_rules
"""`+=` everywhere, for speed."""

old = "elif x in owned:"
new = "elif True:"

# %% mutant: leaf_first
"""Leaves that backward starts from get nothing: only inputs do."""

old = "for leaf in list(grads):"
new = "for leaf in [x for x in grads if x is not y]:"

# %% edge: retained_gradient_overwritten
"""A gradient that is retained is written over by the next call."""

old = """\
if out.retains_grad:
    accumulate_grad(out, g)"""
new = """\
if out.retains_grad:
    out.grad = None
    accumulate_grad(out, g)"""

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

# %% alternative: by_identity
"""Gradients wait in a dict by id, and are copied whenever they arrive."""

waiting = {id(y): (y, np.array(first_gradient(y, gradient)))}
for out in graph_order(y):
    _, g = waiting.pop(id(out))
    for x, part in input_gradients(out, g):
        if id(x) in waiting:
            waiting[id(x)][1][...] += part
        else:
            waiting[id(x)] = (x, np.array(part))
    if out.retains_grad:
        accumulate_grad(out, g)
    out.grad_fn = out.grad_fn if retain_graph else FREED
for leaf, g in waiting.values():
    accumulate_grad(leaf, g)
