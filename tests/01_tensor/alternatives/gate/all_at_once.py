"""The tensor is told that it requires gradients as it is made."""
arrays = [constant(x) if not isinstance(x, Tensor) else x.array for x in inputs]
wanted = grad_mode.enabled and any(getattr(x, "requires_grad", False) is True for x in inputs)
try:
    result = forward(*arrays, **params)
except (ValueError, IndexError) as error:
    raise refusal(self.name, arrays, error) from error
saved = result
if isinstance(result, tuple):
    result, saved = result
out = Tensor(narrowed(np.array(result, copy=None), arrays, params), requires_grad=wanted)
out.grad_fn = Node(next_serial(), self, inputs, params, arrays, saved) if wanted else None
return out
