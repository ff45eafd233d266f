# %% mutant: backwards
"""The blocks run from the last to the first."""

old = "for block in self.h:"
new = "for block in list(self.h)[::-1]:"

# %% mutant: dropout_first
"""Dropout comes before the positions are added."""

old = "self.drop(self.wpe(self.wte(ids)))"
new = "self.wpe(self.drop(self.wte(ids)))"

# %% mutant: last_norm_missing
"""The last norm is forgotten."""

old = "self.lm_head(self.ln_f(x))"
new = "self.lm_head(x)"

# %% mutant: only_the_first_block
"""Only one of the blocks is used."""

old = "for block in self.h:"
new = "for block in list(self.h)[:1]:"

# %% mutant: output_layer_missing
"""What comes out is the normed stream, not logits."""

old = "return self.lm_head(self.ln_f(x))"
new = "return self.ln_f(x)"

# %% mutant: positions_from_one
"""The first position is number 1."""

old = "self.wpe(self.wte(ids))"
new = "self.wpe(self.wte(ids), 1)"

# %% mutant: positions_missing
"""Positions are not added: the order of tokens is lost."""

old = "self.drop(self.wpe(self.wte(ids)))"
new = "self.drop(self.wte(ids))"

# %% mutant: probabilities
"""Softmax is applied to the logits."""

old = "return self.lm_head(self.ln_f(x))"
new = "return softmax(self.lm_head(self.ln_f(x)), -1)"

# %% mutant: stream_not_handed_on
"""Every block gets the embeddings; only the last one's result is used."""

old = """\
for block in self.h:
    x = block(x)"""
new = """\
start = x
for block in self.h:
    x = block(start)"""

# %% mutant: no_dropout
"""Dropout is forgotten."""

old = "self.drop(self.wpe(self.wte(ids)))"
new = "self.wpe(self.wte(ids))"

# %% edge: two_blocks
"""The first two blocks, since there were two in the example."""

old = "for block in self.h:"
new = "for block in list(self.h)[:2]:"

# %% edge: copied_output_weight
"""The output layer's weight is taken as a constant where it is tied."""

old = "return self.lm_head(self.ln_f(x))"
new = """\
if self.config.tie_weights:
    return self.ln_f(x) @ self.lm_head.weight.detach()[: self.config.block_size].T
return self.lm_head(self.ln_f(x))"""

# %% alternative: by_number
"""The blocks by their numbers, and a name for each step."""

tokens = self.wte(ids)
stream = self.drop(self.wpe(tokens, 0))
for i in range(len(self.h)):
    stream = self.h[i](stream)
return self.lm_head(self.ln_f(stream))

# %% alternative: folded
"""All parts in one loop."""

x = ids
for part in (self.wte, self.wpe, self.drop, *self.h, self.ln_f, self.lm_head):
    x = part(x)
return x
