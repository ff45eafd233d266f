# %% mutant: as_forward
"""As much as the forward pass."""

total = 0
for result in graph_order(out):
    node = result.grad_fn
    total += op_flops(node.op.name, tuple(np.shape(a) for a in node.arrays), result.shape)
return total

# %% mutant: every_input
"""Every input is thought to want a gradient."""

old = "name, wanted = node.op.name, node.wanted"
new = "name, wanted = node.op.name, (True,) * len(node.wanted)"

# %% mutant: bias_is_a_product
"""A bias is counted like the other inputs."""

old = "forward * sum(wanted[:2]) + math.prod(result.shape) * sum(wanted[2:])"
new = "forward * sum(wanted)"

# %% mutant: bias_forgotten
"""A bias is not counted."""

old = "forward * sum(wanted[:2]) + math.prod(result.shape) * sum(wanted[2:])"
new = "forward * sum(wanted[:2])"

# %% mutant: twice_forward
"""Twice the forward pass, wherever anything wants a gradient."""

old = "total += forward * sum(wanted[:2]) + math.prod(result.shape) * sum(wanted[2:])"
new = "total += 2 * forward"

# %% mutant: asked_now
"""Asks the inputs what they want now. (AttributeError)"""

old = "wanted = node.op.name, node.wanted"
new = "wanted = node.op.name, tuple(x.requires_grad for x in node.inputs)"

# %% mutant: activations_free
"""Only products are counted."""

old = "total += forward * sum(wanted)"
new = "total += 0"

# %% mutant: last_only
"""Only the last operation is counted."""

old = "for result in graph_order(out):"
new = "for result in graph_order(out)[:1]:"

# %% edge: attention_like_the_others
"""Attention is counted once for each input that wanted a gradient."""

old = """\
if name in ATTENTION:
    total += 2 * forward * any(wanted)
elif"""
new = "if"

# %% alternative: input_by_input
"""Input by input, for each node."""

work = 0
for result in graph_order(out):
    node = result.grad_fn
    shapes = [np.shape(array) for array in node.arrays]
    once = op_flops(node.op.name, tuple(shapes), result.shape)
    if node.op.name in ATTENTION:
        work += 2 * once if True in node.wanted else 0
        continue
    products = node.op.name in PRODUCTS
    for place, wants in enumerate(node.wanted):
        if wants:
            work += result.numel() if products and place > 1 else once
return work
