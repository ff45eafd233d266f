"""NumPy's errors go through unchanged and name neither operation nor shapes."""
arrays, wanted = [], False
for x in inputs:
    if isinstance(x, Tensor):
        arrays.append(x.data)
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
if wanted and mode.recording:
    out.requires_grad = True
    out.origin = Receipt(tick(), self, inputs, params, arrays, saved)
return out
