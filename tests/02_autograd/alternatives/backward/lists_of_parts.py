"""Parts wait in lists and are added up when the turn of their tensor comes."""
parts, done = {y: [first_gradient(y, gradient)]}, graph_order(y)
for node in done:
    first, *more = parts.pop(node)
    g = sum(more, first)
    for x, part in input_gradients(node, g):
        parts.setdefault(x, []).append(part)
    if node.retains:
        deposit(node, g)
for leaf in parts:
    for part in parts[leaf]:
        deposit(leaf, part)
if not retain_graph:
    for node in done:
        node.origin = FREED
