# %% mutant: floats_widen
"""Whatever is not float32 already becomes float64."""

function = "narrowed"
old = "is_wide = any(x.dtype == np.float64 for x in deciding)"
new = "is_wide = True"

# %% mutant: gate_asks_the_first_input_only
"""A result requires gradients only if the first input does."""

function = "__call__"
old = "if x._requires_grad:"
new = "if x is inputs[0] and x.requires_grad:"

# %% mutant: gate_records_under_no_grad
"""The gate leaves receipts although recording is switched off."""

function = "__call__"
old = "if wanted and grad_mode.enabled:"
new = "if wanted:"

# %% mutant: gate_saves_no_output
"""The gate saves the first input where the rules want the result."""

function = "__call__"
old = "out.grad_fn = Node(next_serial(), self, inputs, params, arrays, saved)"
new = "out.grad_fn = Node(next_serial(), self, inputs, params, arrays, arrays[0])"

# %% mutant: gather_along_the_first_dimension
"""gather picks along dimension 0, whatever it is told."""

function = "gather_forward"
old = "places[dim] = index"
new = "places[0] = index"

# %% mutant: matmul_stack_read_by_columns
"""A stack of matrices is flattened the wrong way before its one large product."""

function = "matmul_forward"
old = "(a.reshape(-1, inner) @ b)"
new = "(a.reshape(inner, -1).T @ b)"

# %% mutant: mean_divides_by_everything
"""A mean along one dimension is divided by the number of all values."""

function = "reduce_forward"
old = "math.prod(x.shape[d] for d in dims)"
new = "x.size"

# %% mutant: overwriting_goes_unnoticed
"""Overwriting a tensor is not noted, so that backward trusts changed values."""

function = "touch"
old = "x.version.serial = last_write[0] = next_serial()"
new = "x.version.serial = next_serial()"

# %% mutant: parameters_widen
"""Mixing float32 tensors with float64 numbers of no dimension widens the result."""

function = "narrowed"
old = "deciding = [x for x in floats if x.ndim] or floats"
new = "deciding = floats"

# %% mutant: seed_ignored
"""rand ignores the seed, so that no run can be repeated."""

function = "rand"
old = "source(generator).rng"
new = "np.random.default_rng()"

# %% mutant: sum_forgets_a_dimension
"""Of several dimensions only the first is summed."""

function = "reduce_forward"
old = "total = np.add.reduce(x, axis=dims, keepdims=keepdim, dtype=dtype)"
new = "total = np.add.reduce(x, axis=dims[:1], keepdims=keepdim, dtype=dtype)"

# %% mutant: tensor_shares_the_array
"""tensor(array) works on the caller's array instead of a copy."""

function = "as_array"
old = "array = np.array(data)"
new = "array = np.asarray(data)"

# %% mutant: transpose_reshapes
"""A transpose keeps the numbers in their order and only changes the shape."""

function = "transpose_forward"
old = "return np.lib.stride_tricks.as_strided(x, shape, strides)"
new = "return x.reshape(shape)"

# %% mutant: update_makes_new_memory
"""`p -= step` gives the tensor a new array, and its views keep the old one."""

function = "overwrite"
old = "ufunc(x.array, value, out=writable(x), casting=integer_casting(x.dtype, value, ufunc))"
new = "x.array = ufunc(x.array, value, dtype=x.dtype)"

# %% mutant: mask_of_rows_picks_values
"""A mask of the first dimension picks single values, not rows."""

function = "Tensor.__getitem__"
old = "first, key = numbers_first(index_key(key))"
new = """\
first, key = numbers_first(index_key(key))
if isinstance(key, ndarray) and key.dtype == bool_:
    key = np.broadcast_to(key.reshape(key.shape + (1,) * (self.ndim - key.ndim)), self.shape)"""

# %% mutant: one_condition_is_true
"""where takes a condition of no dimension for True."""

function = "where_forward"
old = "return np.where(condition, x, y)"
new = "return np.where(condition if np.ndim(condition) else True, x, y)"

# %% mutant: reshape_copies
"""A reshaped tensor has its own memory, so writing to it does not change the first one."""

function = "reshape_forward"
old = "return x.reshape(infer_shape(x.size, shape))"
new = "return x.reshape(infer_shape(x.size, shape)).copy()"
tests = ["01_tensor/test_tensor.py"]

# %% alternative: mean_by_numpy
"""The mean is NumPy's."""

function = "reduce_forward"
old = "total = np.add.reduce("
new = """\
if mean:
    return np.mean(x, axis=dims, keepdims=keepdim)
total = np.add.reduce("""
old = """\
if not mean:
    return total
return total / x.dtype.type(math.prod(x.shape[d] for d in dims))"""
new = "return total"
tests = ["integration/test_gradient_flow.py", "integration/test_training_flow.py"]
