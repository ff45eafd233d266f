"""Receipts stay, so that a second backward counts everything twice."""
grads = {y: first_gradient(y, gradient)}
for node in graph_order(y):
    g = grads.pop(node)
    for x, part in input_gradients(node, g):
        grads[x] = grads[x] + part if x in grads else part
    if node.retains:
        deposit(node, g)
for leaf, g in grads.items():
    deposit(leaf, g)
