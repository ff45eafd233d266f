"""Tensors on the way get a .grad as well."""
grads = {y: first_gradient(y, gradient)}
for out in graph_order(y):
    g = grads[out]
    for x, part in input_gradients(out, g):
        grads[x] = grads[x] + part if x in grads else part
    if not retain_graph:
        out.grad_fn = FREED
for x, g in grads.items():
    accumulate_grad(x, g)
