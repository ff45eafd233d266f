# %% mutant: arrays_for_inputs
"""The receipt holds arrays where the tensors should stand, so nobody can follow it back."""

old = "out.grad_fn = Node(next_serial(), self, inputs, params, arrays, saved)"
new = "out.grad_fn = Node(next_serial(), self, tuple(arrays), params, arrays, saved)"

# %% mutant: errors_as_they_come
"""NumPy's errors go through unchanged and name neither operation nor shapes."""

old = "raise refusal(self.name, arrays, error) from error"
new = "raise"

# %% mutant: everything_becomes_float32
"""Every result becomes float32, also where float64 was asked for."""

old = "result = narrowed(result, arrays, params)"
new = "result = result.astype(np.float32)"

# %% mutant: everything_widens
"""float64 results stay float64: integers divided become float64."""

old = "result = narrowed(result, arrays, params)"
new = "pass"

# %% mutant: first_input_only
"""Asks only the first input whether it requires gradients."""

old = "if x._requires_grad:"
new = "if x.requires_grad and x is inputs[0]:"

# %% mutant: hooks_passed_by
"""Calls the rule itself, so that no profiler sees it."""

old = "result = saved = forward(*arrays, **params) if params else forward(*arrays)"
new = "result = saved = self.forward(*arrays, **params)"

# %% mutant: last_input_decides
"""Every input overwrites what the ones before it wanted."""

old = """\
if x._requires_grad:
    wanted = True"""
new = "wanted = x.requires_grad"

# %% mutant: tuples_not_taken_apart
"""Makes an array of whatever a rule returns, a tuple too: a ValueError."""

old = """\
if type(result) is tuple:
    result, saved = result
"""
new = ""

# %% mutant: receipt_for_everything
"""Leaves a receipt whether or not anybody wants gradients."""

old = """\
if wanted and grad_mode.enabled:
    out._requires_grad = True"""
new = """\
out.requires_grad = wanted and grad_mode.enabled
if grad_mode.enabled:"""

# %% mutant: records_under_no_grad
"""Leaves receipts although recording is switched off."""

old = "if wanted and grad_mode.enabled:"
new = "if wanted:"

# %% mutant: requires_grad_lost
"""The result has a receipt but does not say that it requires gradients."""

old = "out._requires_grad = True"
new = ""

# %% mutant: saved_tuple_unopened
"""What a rule wants saved is not taken out of its result."""

old = "result, saved = result"
new = "result = result[0]"

# %% mutant: only_value_errors
"""An index out of range is not a ValueError, and its error goes through unchanged."""

old = "except (IndexError, ValueError) as error:"
new = "except ValueError as error:"

# %% mutant: numbers_have_arrays_too
"""Asks every input for its array: a number ends in an AttributeError."""

arrays = [x.array for x in inputs]
try:
    result = saved = forward(*arrays, **params)
except (IndexError, ValueError) as error:
    raise refusal(self.name, arrays, error) from error
if type(result) is tuple:
    result, saved = result
out = Tensor(narrowed(np.asarray(result), arrays, params))
if grad_mode.enabled and any(x.requires_grad for x in inputs):
    out.requires_grad = True
    out.grad_fn = Node(next_serial(), self, inputs, params, arrays, saved)
return out

# %% mutant: parameters_forgotten
"""The parameters are not passed on."""

old = "result = saved = forward(*arrays, **params) if params else forward(*arrays)"
new = "result = saved = forward(*arrays)"

# %% mutant: saves_the_tensor
"""Saves the tensor where the rule's result, an array, is wanted."""

old = "out.grad_fn = Node(next_serial(), self, inputs, params, arrays, saved)"
new = """\
saved = out if type(saved) is ndarray else saved
out.grad_fn = Node(next_serial(), self, inputs, params, arrays, saved)"""

# %% mutant: scalars_to_views
"""Hands single numbers to every rule as scalars, which are copies, also to views."""

old = "arrays.append(x.array if x.array.ndim or self.view else x.array[()])"
new = "arrays.append(x.array if x.array.ndim else x.array[()])"

# %% edge: first_and_last_input
"""Asks the first and the last input whether they require gradients, and none between."""

old = "if x._requires_grad:"
new = "if x.requires_grad and (x is inputs[0] or x is inputs[-1]):"

# %% edge: serial_of_the_inputs
"""The serial counts the inputs and not the operations, so that it never grows."""

old = "out.grad_fn = Node(next_serial(), self, inputs, params, arrays, saved)"
new = "out.grad_fn = Node(len(inputs), self, inputs, params, arrays, saved)"

# %% alternative: all_at_once
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

# %% alternative: in_steps
"""List comprehensions and early returns."""

tensors = [x for x in inputs if isinstance(x, Tensor)]
arrays = [x.array if isinstance(x, Tensor) else constant(x) for x in inputs]
try:
    made = forward(*arrays, **params)
except ValueError as error:
    raise refusal(self.name, arrays, error) from None
except IndexError as error:
    raise refusal(self.name, arrays, error) from None
result, saved = made if isinstance(made, tuple) else (made, made)
out = Tensor(narrowed(np.asarray(result), arrays, params))
if not grad_mode.enabled or not any(x.requires_grad for x in tensors):
    return out
out.requires_grad = True
out.grad_fn = Node(next_serial(), self, inputs, params, arrays, saved)
return out
