# %% mutant: broadcast_gradient_averaged
"""The gradient of a broadcast input is averaged instead of added up."""

function = "unbroadcast"
old = "g.sum(axis=(*range(extra), *stretched))"
new = "g.mean(axis=(*range(extra), *stretched))"

# %% mutant: data_gets_gradients
"""Inputs that want no gradient get one."""

function = "input_gradients"
old = "if wanted:"
new = "if isinstance(x, Tensor) and rule:"

# %% mutant: div_sign
"""The gradient of a divisor has the wrong sign."""

function = "elementwise_rules"
old = "-g * out / b"
new = "g * out / b"

# %% mutant: gather_overwrites
"""A value gathered several times keeps the gradient of its last use only."""

function = "reduction_rules.gather_rule"
old = "np.add.at(gradient, tuple(places), g)"
new = "gradient[tuple(places)] = g"

# %% mutant: grad_overwritten
"""A second backward replaces .grad instead of adding to it."""

function = "accumulate_grad"
old = "x.grad.array += g"
new = "x.grad.array[...] = g"

# %% mutant: grad_shares_memory
""".grad is an array that other tensors' gradients are made of as well."""

function = "accumulate_grad"
old = "g = np.array(g)"
new = "g = np.asarray(g)"

# %% mutant: graph_never_used_up
"""Backward can run twice over one graph, and counts it twice."""

function = "backward"
old = "if not retain_graph:"
new = "if False:"

# %% mutant: index_overwrites
"""A row picked several times keeps the gradient of its last use only."""

function = "reduction_rules.index_rule"
old = "np.add.at(gradient, key, g)"
new = "gradient[key] = g"

# %% mutant: last_use_counts
"""A tensor used twice keeps the gradient of one use only."""

function = "backward"
old = "grads[x] = grads[x] + part"
new = "grads[x] = part"

# %% mutant: matmul_rule_not_transposed
"""The gradient of the left factor is g @ b instead of g @ b.T."""

function = "matmul_rules.for_a"
old = "b.swapaxes(-1, -2)"
new = "b"

# %% mutant: matmul_stack_averaged
"""The gradient of a matrix used for a whole stack is averaged over the stack."""

function = "matmul_rules.for_b"
old = "a, g = a.reshape(-1, a.shape[-1]), g.reshape(-1, g.shape[-1])"
new = "a, g = a.reshape(-1, a.shape[-1]), g.reshape(-1, g.shape[-1]) / len(a)"

# %% mutant: max_ties_count_in_full
"""Where several values are the largest, each gets the whole gradient."""

function = "amax_rule"
old = "(keep_dims(g, x, dim) / ties.astype(g.dtype))"
new = "keep_dims(g, x, dim)"

# %% mutant: maximum_ties_count_in_full
"""Where both values are equal, each gets the whole gradient."""

function = "share_of_ties"
old = "np.where(np.equal(a, b), g / 2, g)"
new = "g"

# %% mutant: mean_not_divided
"""The gradient of a mean is that of a sum."""

function = "reduction_rules.mean_rule"
old = "keep_dims(g, x, dim) * share"
new = "keep_dims(g, x, dim)"

# %% mutant: no_grad_never_ends
"""After `with no_grad():` nothing is recorded any more."""

function = "no_grad"
old = "grad_mode.enabled = before"
new = "pass"

# %% mutant: no_grad_stays_after_an_error
"""An error inside `with no_grad():` leaves recording switched off."""

function = "no_grad"
old = """\
try:
    yield
finally:
    grad_mode.enabled = before"""
new = """\
yield
grad_mode.enabled = before"""

# %% mutant: order_as_found
"""Nodes are visited in the order in which they are found, before all uses were."""

function = "graph_order"
old = "return sorted(results, key=lambda out: out.grad_fn.serial, reverse=True)"
new = "return results"

# %% mutant: order_first_made_first
"""Backward begins with the operation that was made first."""

function = "graph_order"
old = "reverse=True"
new = "reverse=False"

# %% mutant: sum_rule_not_broadcast
"""The gradient of a sum is handed on in the shape of the sum."""

function = "reduction_rules.sum_rule"
old = "return np.broadcast_to(keep_dims(g, x, dim), x.shape)"
new = "return keep_dims(g, x, dim)"

# %% mutant: sums_in_place
"""The first sum of two gradients is written into an array that others hold as well."""

function = "backward"
old = "grads[x] = grads[x] + part"
new = "grads[x] += part"

# %% mutant: branch_not_taken_is_multiplied
"""where, maximum and minimum multiply g by a mask: infinity becomes NaN where it does not count."""

function = "chosen"
old = "keep(g, mask if mask.shape == g.shape else np.broadcast_to(mask, g.shape))"
new = "g * mask"
tests = ["02_autograd/test_autograd.py"]

# %% mutant: clamp_multiplies_by_the_mask
"""clamp multiplies g by a mask: infinity becomes NaN outside of the limits."""

function = "clamp_rule"
old = "keep(g, inside if max is None else inside & (x <= max))"
new = "g * (inside if max is None else inside & (x <= max))"
tests = ["02_autograd/test_autograd.py"]

# %% mutant: spread_of_nothing_divides
"""The rule of std divides by a spread of 0: a constant column gets NaN."""

function = "std_rule"
old = "keep(g * 0.5 / np.where(out == 0, out.dtype.type(1), out), np.not_equal(out, 0))"
new = "g * 0.5 / out"
tests = ["02_autograd/test_autograd.py"]

# %% alternative: every_index_added
"""Picked places always get their gradients added up, also where none is picked twice."""

function = "reduction_rules.index_rule"
old = "if may_repeat(key):"
new = "if True:"
tests = ["integration/test_gradient_flow.py", "integration/test_training_flow.py"]

# %% alternative: sum_rule_multiplies
"""The gradient of a sum is an array of its own."""

function = "reduction_rules.sum_rule"
old = "np.broadcast_to(keep_dims(g, x, dim), x.shape)"
new = "keep_dims(g, x, dim) * np.ones_like(x)"
tests = ["integration/test_gradient_flow.py", "integration/test_training_flow.py"]
