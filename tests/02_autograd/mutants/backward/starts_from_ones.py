"""The gradient that was given is ignored."""
grads = {y: np.ones_like(first_gradient(y, gradient))}
for out in graph_order(y):
    g = grads.pop(out)
    for x, part in input_gradients(out, g):
        grads[x] = grads[x] + part if x in grads else part
    if out.retains_grad:
        accumulate_grad(out, g)
    if not retain_graph:
        out.grad_fn = FREED
for leaf, g in grads.items():
    accumulate_grad(leaf, g)
