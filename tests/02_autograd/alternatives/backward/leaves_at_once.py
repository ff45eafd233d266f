"""Leaves get each part at once, other tensors wait in the dict."""
grads = {y: first_gradient(y, gradient)}
if y.origin is None:
    deposit(y, grads[y])
for node in graph_order(y):
    g = grads[node]
    for x, part in input_gradients(node, g):
        if x.origin is None:
            deposit(x, part)
        else:
            grads[x] = grads.get(x, 0) + part
    if node.retains:
        deposit(node, g)
    del grads[node]
    if not retain_graph:
        node.origin = FREED
