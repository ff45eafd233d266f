"""A second call overwrites .grad instead of adding to it."""
grads = {y: first_gradient(y, gradient)}
for node in graph_order(y):
    g = grads.pop(node)
    for x, part in input_gradients(node, g):
        grads[x] = grads[x] + part if x in grads else part
    if node.retains:
        node.grad = Tensor(np.array(g))
    if not retain_graph:
        node.origin = FREED
for leaf, g in grads.items():
    leaf.grad = Tensor(np.array(g, leaf.dtype))
