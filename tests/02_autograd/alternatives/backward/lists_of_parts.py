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
