# %% mutant: delta_added
"""The row sum is added, not subtracted."""

old = "ds -= np.vecdot(g, y)[..., None]"
new = "ds += np.vecdot(g, y)[..., None]"

# %% mutant: delta_of_columns
"""The sums run over the queries: one for each feature."""

old = "np.vecdot(g, y)[..., None]"
new = "(ds * p).sum(axis=-2, keepdims=True)"

# %% mutant: g_changed
"""The gradient that came in is scaled in place."""

old = "ds *= scale\n"
new = "ds *= scale\ng *= scale\ng /= scale * 2\n"

# %% mutant: no_delta
"""The row sum is missing: as if softmax took every score by itself."""

old = "ds -= np.vecdot(g, y)[..., None]  # delta, (..., t, 1)"
new = ""

# %% mutant: no_scale
"""The scale is missing."""

old = "ds *= scale"
new = ""

# %% mutant: no_transpose_for_k
"""The gradient of k without the transpose.

ValueError: where there are fewer keys than queries, the product fails.
"""

old = "ds.swapaxes(-1, -2) @ q"
new = "ds @ q if ds.shape[-1] == ds.shape[-2] else ds.swapaxes(-1, -2) @ q"

# %% mutant: not_by_p
"""The bracket is not multiplied by the weights."""

old = "ds *= p"
new = ""

# %% mutant: p_changed
"""The weights, which are saved, are overwritten."""

old = "ds *= p\nds *= scale"
new = "p *= ds\nds = p * scale"

# %% mutant: q_and_k_swapped
"""The gradients of q and k in the wrong order."""

old = "ds @ k, ds.swapaxes(-1, -2) @ q, p.swapaxes(-1, -2) @ g"
new = "ds.swapaxes(-1, -2) @ q, ds @ k, p.swapaxes(-1, -2) @ g"

# %% mutant: v_scaled
"""The gradient of v is scaled, too."""

old = "p.swapaxes(-1, -2) @ g"
new = "p.swapaxes(-1, -2) @ g * scale"

# %% mutant: wide
"""A sum in float64 widens the gradients."""

old = "return ds @ k,"
new = "ds = ds.astype(float)\nreturn ds @ k,"

# %% edge: values_as_wide_as_keys
"""Works only where values have the size of the keys."""

old = "ds = g @ v.swapaxes(-1, -2)  # (..., t, e) @ (..., e, s)"
new = "size = min(q.shape[-1], v.shape[-1])\nds = g[..., :size] @ v[..., :size].swapaxes(-1, -2)"

# %% alternative: row_sums
"""The sums over the weights, as the rule of softmax has them."""

dp = np.einsum("...te,...se->...ts", g, v)
ds = scale * p * (dp - (dp * p).sum(axis=-1, keepdims=True))
gk, gv = np.einsum("...ts,...td->...sd", ds, q), np.einsum("...ts,...te->...se", p, g)
return np.matmul(ds, k), gk, gv

# %% alternative: scaled_queries
"""The scale goes to q and k instead."""

delta = (g * y).sum(axis=-1, keepdims=True)
ds = p * (g @ np.swapaxes(v, -1, -2) - delta)
return ds @ (k * scale), np.swapaxes(ds, -1, -2) @ (q * scale), np.swapaxes(p, -1, -2) @ g
