"""`+=` changes an array that another tensor's gradient is, too."""
grads = {y: first_gradient(y, gradient)}
for node in graph_order(y):
    g = grads.pop(node)
    for x, part in input_gradients(node, g):
        if x in grads:
            grads[x] += part
        else:
            grads[x] = part
    if node.retains:
        deposit(node, g)
    if not retain_graph:
        node.origin = FREED
for leaf, g in grads.items():
    deposit(leaf, g)
