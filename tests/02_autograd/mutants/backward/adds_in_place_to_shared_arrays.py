"""`+=` changes an array that another tensor's gradient is, too."""
grads = {y: first_gradient(y, gradient)}
for out in graph_order(y):
    g = grads.pop(out)
    for x, part in input_gradients(out, g):
        if x in grads:
            grads[x] += part
        else:
            grads[x] = part
    if out.retains_grad:
        accumulate_grad(out, g)
    if not retain_graph:
        out.grad_fn = FREED
for leaf, g in grads.items():
    accumulate_grad(leaf, g)
