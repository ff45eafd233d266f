# %% mutant: dropout_before_the_last
"""Dropout comes before the last layer."""

return self.c_proj(self.dropout(gelu(self.c_fc(x), approximate="tanh")))

# %% mutant: exact
"""The exact GELU, not its tanh form."""

old = ', approximate="tanh"'
new = ""

# %% mutant: gelu_at_the_end
"""The nonlinearity comes after both layers."""

return self.dropout(gelu(self.c_proj(self.c_fc(x)), approximate="tanh"))

# %% mutant: linear
"""No nonlinearity: two linear layers are one."""

return self.dropout(self.c_proj(self.c_fc(x)))

# %% mutant: over_the_batch
"""The mean over the positions is worked on, not each position."""

old = "self.c_fc(x)"
new = "self.c_fc(x * 0.5 + x.mean(1, keepdim=True) * 0.5)"

# %% mutant: without_dropout
"""Dropout is forgotten."""

return self.c_proj(gelu(self.c_fc(x), approximate="tanh"))

# %% edge: two_dropouts
"""Dropout twice, in training only."""

y = self.dropout(self.c_proj(gelu(self.c_fc(x), approximate="tanh")))
return self.dropout(y) if isinstance(self.dropout, Dropout) else y

# %% alternative: step_by_step
"""A line for each part."""

x = self.c_fc(x)
x = gelu(x, approximate="tanh")
x = self.c_proj(x)
return self.dropout(x)

# %% alternative: by_formula
"""The tanh form written out."""

x = self.c_fc(x)
x = 0.5 * x * (1 + (math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)).tanh())
return self.dropout(self.c_proj(x))
