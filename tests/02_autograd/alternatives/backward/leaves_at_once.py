"""Leaves get each part at once, other tensors wait in the dict."""
grads = {y: first_gradient(y, gradient)}
if y.grad_fn is None:
    accumulate_grad(y, grads[y])
for out in graph_order(y):
    g = grads[out]
    for x, part in input_gradients(out, g):
        if x.grad_fn is None:
            accumulate_grad(x, part)
        else:
            grads[x] = grads.get(x, 0) + part
    if out.retains_grad:
        accumulate_grad(out, g)
    del grads[out]
    if not retain_graph:
        out.grad_fn = FREED
