# %% mutant: causal_at_the_end
"""Where there are more keys than queries, the causal mask is aligned at the end."""

function = "additive"
old = "upper(q.shape[-2], k.shape[-2], q.dtype)"
new = (
    "np.triu(np.full((q.shape[-2], k.shape[-2]), -np.inf, q.dtype), 1 + k.shape[-2] - q.shape[-2])"
)
tests = ["integration/test_attention_integration.py"]

# %% mutant: delta_missing
"""The row sum is missing in the rule."""

function = "attention_rules"
old = "ds -= np.vecdot(g, y)[..., None]"
new = "ds -= 0 * np.vecdot(g, y)[..., None]"
tests = ["integration/test_attention_integration.py"]

# %% mutant: dropout_in_eval
"""Dropout acts after eval(), too."""

function = "MultiheadAttention._attend"
old = "self.dropout if self.training else 0.0"
new = "self.dropout"
tests = ["integration/test_attention_integration.py"]

# %% mutant: empty_rows_nan
"""A row with nothing to look at is NaN."""

function = "attention_weights"
old = "largest[largest == -np.inf] = 0"
new = "pass"
tests = ["integration/test_attention_integration.py"]

# %% mutant: empty_rows_uniform
"""A query with nothing to look at reads everything."""

function = "attention_weights"
old = "largest[largest == -np.inf] = 0"
new = "p[np.broadcast_to(largest == -np.inf, p.shape)] = largest[largest == -np.inf] = 0"
tests = ["integration/test_attention_integration.py"]

# %% mutant: finite_sentinel
"""What is left out has a score of -1e4, and real scores can be lower."""

function = "attention_weights"
old = "np.where(mask, p, -np.inf)"
new = "np.where(mask, p, -1e4)"
tests = ["integration/test_attention_integration.py"]

# %% mutant: heads_cut_straight
"""Heads are cut by a reshape without a transpose: positions and features are mixed."""

function = "head_parts.split"
old = "x.reshape(*lead, t, heads, width // heads).transpose(-3, -2)"
new = "x.reshape(*lead, heads, t, width // heads)"
tests = ["integration/test_attention_integration.py"]

# %% mutant: heads_joined_straight
"""Heads are joined without the transpose."""

function = "head_parts.join"
old = "x.transpose(-3, -2).reshape(*lead, t, heads * size)"
new = "x.reshape(*lead, t, heads * size)"
tests = ["integration/test_attention_integration.py"]

# %% mutant: key_padding_for_queries
"""The padding mask leaves queries out."""

function = "merge_masks"
old = "key_padding_mask[:, None, None, :]"
new = "key_padding_mask[:, None, :, None]"
tests = ["integration/test_attention_integration.py"]

# %% mutant: mask_inverted
"""True means left out in scaled_dot_product_attention."""

function = "attention_weights"
old = "np.where(mask, p, -np.inf)"
new = "np.where(mask, -np.inf, p)"
tests = ["integration/test_attention_integration.py"]

# %% mutant: layer_mask_inverted
"""True means takes part in MultiheadAttention."""

function = "merge_masks"
old = "return ~functools"
new = "return functools"
tests = ["integration/test_attention_integration.py"]

# %% mutant: mask_learns_scaled
"""The gradient of an additive mask is scaled as that of the scores."""

function = "weights_parts"
old = "unbroadcast(ds, mask.shape)"
new = "unbroadcast(scaled, mask.shape)"
tests = ["integration/test_attention_integration.py"]

# %% mutant: no_scale
"""The scores are not divided by the root of the size."""

function = "scaled_dot_product_attention"
old = "scale = 1 / math.sqrt(max(query.shape[-1], 1))"
new = "scale = 1.0"
tests = ["integration/test_attention_integration.py"]

# %% mutant: packed_gradients_swapped
"""The gradients of q and k change places in the packed one."""

function = "packed_parts"
old = "attention_parts(g, saved, *packed_views(qkv, heads), mask, **params, out=out)"
new = """\
swapped = out[1], out[0], out[2]
attention_parts(g, saved, *packed_views(qkv, heads), mask, **params, out=swapped)"""
tests = ["integration/test_attention_integration.py"]

# %% mutant: packed_order
"""Packed as k, q, v."""

function = "packed_views"
old = "transpose(2, 0, 3, 1, 4)"
new = "transpose(2, 0, 3, 1, 4)[[1, 0, 2]]"
tests = ["integration/test_attention_integration.py"]

# %% mutant: projection_of_the_query
"""Keys and values come from the query in cross-attention."""

function = "in_projection"
old = "zip((query, key, value), weight"
new = "zip((query, query, query), weight"
tests = ["integration/test_attention_integration.py"]

# %% mutant: softmax_along_queries
"""The columns of the weights add up to 1."""

function = "attention_weights"
old = "p.max(axis=-1"
new = "p.max(axis=-2"
old = "sum_along(p, -1)"
new = "sum_along(p, p.ndim - 2)"
tests = ["integration/test_attention_integration.py"]

# %% mutant: weights_not_averaged_over_heads
"""The weights of the first head are taken for the mean."""

function = "MultiheadAttention.forward"
old = "weights.mean(1)"
new = "weights[:, 0]"
tests = ["integration/test_attention_integration.py"]

# %% mutant: scores_kept_in_the_layer
"""Something holds on to the weights after backward."""

function = "attention_forward"
old = "return out, (out, p)"
new = """\
attention_forward.last = p
return out, (out, p)"""
tests = ["integration/test_attention_integration.py"]

# %% alternative: readable_only
"""No blocks: the readable form for every length."""

function = "in_blocks"
old = "return many and q.shape[:-2] == k.shape[:-2] == v.shape[:-2]"
new = "return False"
tests = ["integration/test_attention_integration.py"]

# %% alternative: layer_never_packed
"""MultiheadAttention cuts q, k and v apart in any case."""

function = "MultiheadAttention._attend"
old = "if inputs[0] is inputs[1] is inputs[2] and not need_weights:"
new = "if False:"
tests = ["integration/test_attention_integration.py"]
