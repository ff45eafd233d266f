"""A second call overwrites .grad instead of adding to it."""
grads = {y: first_gradient(y, gradient)}
for out in graph_order(y):
    g = grads.pop(out)
    for x, part in input_gradients(out, g):
        grads[x] = grads[x] + part if x in grads else part
    if out.retains_grad:
        out.grad = Tensor(np.array(g))
    if not retain_graph:
        out.grad_fn = FREED
for leaf, g in grads.items():
    leaf.grad = Tensor(np.array(g, leaf.dtype))
