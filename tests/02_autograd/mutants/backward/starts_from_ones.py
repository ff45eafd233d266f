"""The gradient that was given is ignored."""
grads = {y: np.ones_like(first_gradient(y, gradient))}
for node in graph_order(y):
    g = grads.pop(node)
    for x, part in input_gradients(node, g):
        grads[x] = grads[x] + part if x in grads else part
    if node.retains:
        deposit(node, g)
    if not retain_graph:
        node.origin = FREED
for leaf, g in grads.items():
    deposit(leaf, g)
