# %% mutant: attention_not_causal
"""Every position sees all others."""

function = "CausalSelfAttention.forward"
old = "is_causal=True"
new = "is_causal=False"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: attention_dropout_in_eval
"""Attention drops weights after eval(), too."""

function = "CausalSelfAttention.forward"
old = "self.config.dropout if self.training else 0.0"
new = "self.config.dropout"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: attention_dropout_never
"""Attention never drops weights."""

function = "CausalSelfAttention.forward"
old = "self.config.dropout if self.training else 0.0"
new = "0.0"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: one_head
"""Attention has one head, whatever the configuration says."""

function = "CausalSelfAttention.forward"
old = "self.config.n_head"
new = "1"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: attention_output_layer_skipped
"""The heads are joined, but `c_proj` does not act."""

function = "CausalSelfAttention.forward"
old = "self.resid_dropout(self.c_proj(y))"
new = "self.resid_dropout(y)"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: gelu_exact
"""The feed-forward network has GELU's exact form."""

function = "FeedForward.forward"
old = 'approximate="tanh"'
new = 'approximate="none"'
tests = ["integration/test_transformers_integration.py"]

# %% mutant: feed_forward_dropout_lost
"""The feed-forward network drops nothing."""

function = "FeedForward.forward"
old = 'self.dropout(self.c_proj(gelu(self.c_fc(x), approximate="tanh")))'
new = 'self.c_proj(gelu(self.c_fc(x), approximate="tanh"))'
tests = ["integration/test_transformers_integration.py"]

# %% mutant: residual_dropped
"""What attention gives takes the place of the stream."""

function = "TransformerBlock.forward"
old = "x = x + self.attn(self.ln_1(x))"
new = "x = self.attn(self.ln_1(x))"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: post_norm
"""The norm comes after the sum."""

function = "TransformerBlock.forward"
old = "x = x + self.attn(self.ln_1(x))"
new = "x = self.ln_1(x + self.attn(x))"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: side_by_side
"""The feed-forward network reads the stream from before attention."""

function = "TransformerBlock.forward"
old = """\
x = x + self.attn(self.ln_1(x))
return x + self.mlp(self.ln_2(x))"""
new = "return x + self.attn(self.ln_1(x)) + self.mlp(self.ln_2(x))"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: start_not_scaled
"""The start does not depend on the depth."""

function = "start_weights"
old = "2 * n_layer if"
new = "1 if"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: start_without_biases
"""Biases are not set to 0."""

function = "start_weights"
old = "zeros_(parameter)"
new = "parameter.shape"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: positions_from_one
"""The first position is number 1."""

function = "GPT.forward"
old = "self.wpe(self.wte(ids))"
new = "self.wpe(self.wte(ids), int(ids.shape[1] < self.config.block_size))"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: positions_missing
"""Positions are not added."""

function = "GPT.forward"
old = "self.wpe(self.wte(ids))"
new = "self.wte(ids)"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: last_norm_missing
"""The output layer reads the stream as it is."""

function = "GPT.forward"
old = "self.lm_head(self.ln_f(x))"
new = "self.lm_head(x)"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: embedding_dropout_lost
"""The sum of the embeddings is not dropped."""

function = "GPT.forward"
old = "self.drop(self.wpe(self.wte(ids)))"
new = "self.wpe(self.wte(ids))"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: tied_by_copy
"""Tied weights are equal at the start, and two parameters."""

function = "GPT.__init__"
old = "self.lm_head.weight = self.wte.weight"
new = "self.lm_head.weight.array[...] = self.wte.weight.array"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: tied_without_gradient
"""The output layer's part of a tied weight's gradient is lost."""

function = "GPT.forward"
old = "return self.lm_head(self.ln_f(x))"
new = """\
if self.config.tie_weights:
    return self.ln_f(x) @ self.lm_head.weight.detach().T
return self.lm_head(self.ln_f(x))"""
tests = ["integration/test_transformers_integration.py"]

# %% mutant: loss_over_padding
"""Places without a target count as if the id 0 followed."""

function = "next_token_loss"
old = "targets.flatten()"
new = "tensor(np.maximum(targets.numpy(), 0)).flatten()"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: loss_per_row
"""The mean of the rows' means: short rows count more."""

function = "next_token_loss"
old = "return cross_entropy(logits.flatten(0, 1), targets.flatten())"
new = """\
rows = [cross_entropy(logits[i], targets[i]) for i in range(len(logits))]
return sum(rows) / len(rows)"""
tests = ["integration/test_transformers_integration.py"]

# %% mutant: targets_not_shifted
"""The targets are the inputs."""

function = "text_batch"
old = "ids[1 : count + 1]"
new = "ids[:count]"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: targets_shifted_twice
"""The targets are two places later."""

function = "text_batch"
old = "x[row, :count], y[row, :count] = ids[:count], ids[1 : count + 1]"
new = """\
count = max(min(len(ids) - 2, length), 0)
x[row, :count], y[row, :count] = ids[:count], ids[2 : count + 2]"""
tests = ["integration/test_transformers_integration.py"]

# %% mutant: padding_is_a_target
"""Where a piece has ended, the target is 0."""

function = "text_batch"
old = "np.full((len(pieces), length), -100, np.int64)"
new = "np.zeros((len(pieces), length), np.int64)"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: temperature_multiplied
"""Logits are multiplied by the temperature."""

function = "filter_logits"
old = "logits.numpy() / np.asarray"
new = "logits.numpy() * np.asarray"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: crossing_token_lost
"""top_p leaves out the token that crosses it."""

function = "filter_logits"
old = "p.cumsum(-1) - p >= top_p"
new = "(p.cumsum(-1) > top_p) & (np.arange(p.shape[-1]) > 0)"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: top_p_not_renormalized
"""top_p counts the probabilities from before top_k."""

function = "filter_logits"
old = "p = np.exp(sorted_z - sorted_z[..., :1])"
new = "p = np.exp(np.take_along_axis(z, order, -1) - sorted_z[..., :1])"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: top_k_one_more
"""One token more than top_k stays."""

function = "filter_logits"
old = "sorted_z[..., top_k:]"
new = "sorted_z[..., top_k + 1 :]"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: start_of_the_text_read
"""Of a long text the model reads the beginning."""

function = "generate"
old = "ids[:, -model.config.block_size :]"
new = "ids[:, : model.config.block_size]"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: last_id_of_the_crop_lost
"""Of a long text the newest id is not read."""

function = "generate"
old = "ids[:, -model.config.block_size :]"
new = "ids[:, : max(ids.shape[1] - 1, 3)][:, -model.config.block_size :]"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: one_less_is_read
"""The model reads one id less than it could."""

function = "generate"
old = "-model.config.block_size :"
new = "-max(model.config.block_size - 1, 1) :"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: dropout_while_writing
"""Dropout is on while the model writes."""

function = "generate"
old = "with evaluating(model), no_grad():"
new = "with no_grad():"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: graph_while_writing
"""A graph is kept while the model writes."""

function = "generate"
old = "with evaluating(model), no_grad():"
new = "with evaluating(model):"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: first_place_read
"""What comes next is taken from the first place."""

function = "generate"
old = "ids[:, -model.config.block_size :])[:, -1]"
new = "ids[:, -model.config.block_size :])[:, 0]"
tests = ["integration/test_transformers_integration.py"]

# %% mutant: goes_on_after_the_stop
"""A row goes on after its stop token."""

function = "generate"
old = """\
drawn.array[ended] = stop_token
"""
new = """\
pass
"""
tests = ["integration/test_transformers_integration.py"]

# %% alternative: one_row_at_a_time
"""Attention by module 12's function on separate heads."""

function = "CausalSelfAttention.forward"
old = "y = packed_attention(self.c_attn(x), self.config.n_head, dropout_p=p, is_causal=True)"
new = """\
n, t, width = x.shape
shape = (n, t, self.config.n_head, width // self.config.n_head)
q, k, v = (part.reshape(shape).transpose(1, 2) for part in self.c_attn(x).chunk(3, -1))
from tinytorch.core.attention import scaled_dot_product_attention

y = scaled_dot_product_attention(q, k, v, dropout_p=p, is_causal=True)
y = y.transpose(1, 2).reshape(n, t, width)"""
tests = ["integration/test_transformers_integration.py"]

# %% alternative: crop_by_condition
"""Cropped only where it is needed."""

function = "generate"
old = "ids[:, -model.config.block_size :]"
new = "ids[:, max(ids.shape[1] - model.config.block_size, 0) :]"
tests = ["integration/test_transformers_integration.py"]

# %% alternative: sum_the_other_way
"""The stream is added to what a part gives."""

function = "TransformerBlock.forward"
old = "return x + self.mlp(self.ln_2(x))"
new = "return self.mlp(self.ln_2(x)) + x"
tests = ["integration/test_transformers_integration.py"]

# %% alternative: loss_of_picked_rows
"""Only the places with a target are handed to the loss."""

function = "next_token_loss"
old = "return cross_entropy(logits.flatten(0, 1), targets.flatten())"
new = """\
flat = targets.flatten()
places = np.flatnonzero(flat.numpy() >= 0)
return cross_entropy(logits.flatten(0, 1)[tensor(places)], flat[tensor(places)])"""
tests = ["integration/test_transformers_integration.py"]
