"""The gradient of a second use overwrites that of the first."""
grads = {y: first_gradient(y, gradient)}
for node in graph_order(y):
    g = grads.pop(node)
    for x, part in input_gradients(node, g):
        grads[x] = part
    if node.retains:
        deposit(node, g)
    if not retain_graph:
        node.origin = FREED
for leaf, g in grads.items():
    deposit(leaf, g)
