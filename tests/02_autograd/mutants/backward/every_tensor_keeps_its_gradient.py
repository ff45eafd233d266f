"""Tensors on the way get a .grad as well."""
grads = {y: first_gradient(y, gradient)}
for node in graph_order(y):
    g = grads[node]
    for x, part in input_gradients(node, g):
        grads[x] = grads[x] + part if x in grads else part
    if not retain_graph:
        node.origin = FREED
for x, g in grads.items():
    deposit(x, g)
