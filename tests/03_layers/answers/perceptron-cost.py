# %% mutant: batch_forgotten
"""The multiplications of one row."""

old = "products = [batch * n * m for n, m in layers]"
new = "products = [n * m for n, m in layers]"

# %% mutant: forward_only
"""Only the forward pass is counted."""

old = "return parameters, 8 * parameters, 3 * sum(products) - products[0]"
new = "return parameters, 8 * parameters, sum(products)"

# %% mutant: gradient_of_the_images
"""The gradient of the first layer's input is counted."""

old = "return parameters, 8 * parameters, 3 * sum(products) - products[0]"
new = "return parameters, 8 * parameters, 3 * sum(products)"

# %% mutant: last_layer_spared
"""The last layer is spared the gradient of its input, not the first."""

old = "return parameters, 8 * parameters, 3 * sum(products) - products[0]"
new = "return parameters, 8 * parameters, 3 * sum(products) - products[-1]"

# %% mutant: no_biases
"""The biases are not counted."""

old = "parameters = sum(n * m + m for n, m in layers)"
new = "parameters = sum(n * m for n, m in layers)"

# %% mutant: no_gradients
"""The bytes of the gradients are not counted."""

old = "return parameters, 8 * parameters, 3 * sum(products) - products[0]"
new = "return parameters, 4 * parameters, 3 * sum(products) - products[0]"

# %% mutant: two_layers_only
"""Works out the first and the last layer, and none in between."""

old = "layers = list(itertools.pairwise(sizes))"
new = """\
first, last = sizes[:2], sizes[-2:]
layers = [first] if len(sizes) == 2 else [first, last]"""

# %% alternative: a_loop
"""A loop over the layers by their number."""

parameters = products = 0
for i in range(len(sizes) - 1):
    weights = sizes[i] * sizes[i + 1]
    parameters += weights + sizes[i + 1]
    products += weights * batch * (2 if i == 0 else 3)
return parameters, parameters * 4 * 2, products

# %% alternative: with_numpy
"""Arrays of sizes."""

n, m = np.array(sizes[:-1]), np.array(sizes[1:])
times = np.full(len(n), 3)
times[0] = 2
parameters = int(((n + 1) * m).sum())
return parameters, parameters * 2 * np.dtype("float32").itemsize, int((times * n * m).sum()) * batch
