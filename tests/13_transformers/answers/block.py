# %% mutant: attention_not_added
"""What attention brings replaces the stream."""

old = "x = x + self.attn"
new = "x = self.attn"

# %% mutant: feed_forward_not_added
"""The result is what the feed-forward network gives, without the stream."""

old = "return x + self.mlp"
new = "return self.mlp"

# %% mutant: in_place
"""Adds in place: the caller's stream changes, and gradients of what was there are lost."""

x.array[...] += self.attn(self.ln_1(x)).array
return x + self.mlp(self.ln_2(x))

# %% mutant: no_norms
"""The parts get the stream itself."""

x = x + self.attn(x)
return x + self.mlp(x)

# %% mutant: normed_shortcut
"""The shortcut starts after the norm."""

x = self.ln_1(x)
x = x + self.attn(x)
x = self.ln_2(x)
return x + self.mlp(x)

# %% mutant: post_norm
"""Post-norm: the norm comes after the sum."""

x = self.ln_1(x + self.attn(x))
return self.ln_2(x + self.mlp(x))

# %% mutant: side_by_side
"""Both parts read the stream as it came in."""

return x + self.attn(self.ln_1(x)) + self.mlp(self.ln_2(x))

# %% mutant: one_norm
"""The first norm is used twice."""

old = "self.ln_2(x)"
new = "self.ln_1(x)"

# %% edge: no_gradient_through_the_norm
"""The second part reads a copy of the stream: no gradient comes back through it."""

old = "self.mlp(self.ln_2(x))"
new = "self.mlp(self.ln_2(x).detach())"

# %% alternative: by_name
"""The sums are written with names."""

heard = self.attn(self.ln_1(x))
middle = heard + x
thought = self.mlp(self.ln_2(middle))
return thought + middle

# %% alternative: loop
"""The two parts in a loop."""

for norm, part in ((self.ln_1, self.attn), (self.ln_2, self.mlp)):
    x = part(norm(x)) + x
return x
