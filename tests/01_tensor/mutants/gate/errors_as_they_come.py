"""NumPy's errors go through unchanged and name neither operation nor shapes."""
arrays, wanted = [], False
for x in inputs:
    if isinstance(x, Tensor):
        arrays.append(x.array)
        wanted = wanted or x.requires_grad
    else:
        arrays.append(constant(x))
result = saved = forward(*arrays, **params)
if type(result) is tuple:
    result, saved = result
result = np.asarray(result)
if result.dtype != np.float32:
    result = narrowed(result, arrays, params)
out = Tensor(result)
if wanted and grad_mode.enabled:
    out.requires_grad = True
    out.grad_fn = Node(next_serial(), self, inputs, params, arrays, saved)
return out
