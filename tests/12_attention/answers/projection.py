# %% mutant: all_of_the_query
"""Keys and values come from the query: cross-attention does not look elsewhere."""

old = "zip((query, key, value), weight"
new = "zip((query, query, query), weight"

# %% mutant: always_three
"""Self-attention calls linear three times, too."""

old = "if query is key and key is value:"
new = "if False:"

# %% mutant: bias_cut_wrong
"""The whole bias is cut by places, not into thirds.

RuntimeError: its sizes no longer fit.
"""

old = "bias.chunk(3)"
new = "(bias[0::3], bias[1::3], bias[2::3])"

# %% mutant: bias_forgotten
"""No bias where there are three inputs."""

old = "(None,) * 3 if bias is None else bias.chunk(3)"
new = "(None,) * 3"

# %% mutant: graph_lost
"""The weight is cut as an array, outside of the graph."""

old = "weight.chunk(3)"
new = "tensor(weight.numpy()).chunk(3)"

# %% mutant: k_and_v_swapped
"""The weights of k and v are swapped."""

old = "weight.chunk(3), biases, strict=True)"
new = "[weight.chunk(3)[i] for i in (0, 2, 1)], biases, strict=True)"

# %% mutant: one_product_for_two
"""Two equal inputs are taken for three."""

old = "query is key and key is value"
new = "query is key or key is value"

# %% mutant: rows_take_turns
"""Every third row of the weight is for q."""

old = "weight.chunk(3)"
new = "[weight[i::3] for i in range(3)]"

# %% mutant: value_of_the_key
"""The values come from the keys."""

old = "(query, key, value), weight"
new = "(query, key, key), weight"

# %% edge: positions_cut
"""One product, but cut along the first dimension when there is no batch."""

old = "linear(query, weight, bias).chunk(3, -1)"
new = "linear(query, weight, bias).chunk(3, 2 if query.ndim > 2 else -1)"

# %% alternative: slices
"""Slices of weight and bias."""

d = weight.shape[1]
if query is key is value:
    packed = linear(query, weight, bias)
    return packed[..., :d], packed[..., d : 2 * d], packed[..., 2 * d :]
found = []
for i, x in enumerate((query, key, value)):
    rows = slice(i * d, (i + 1) * d)
    found.append(linear(x, weight[rows], None if bias is None else bias[rows]))
return tuple(found)
