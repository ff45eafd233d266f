# %% mutant: by_broadcasting
"""All differences of pixels at once, and their squares."""

differences = self[:, None, :] - other
return (differences * differences).sum(dim=2)

# %% mutant: mean_by_mean
"""One mean at a time: each makes its own differences and squares, and receipts keep them all."""

rows = [((self - row) ** 2).sum(dim=1) for row in other]
return stack(rows, dim=1)

# %% mutant: below_zero
"""What rounding leaves below 0 stays there."""

old = ".clamp(min=0)"
new = ""

# %% mutant: keepdim_forgotten
"""The norms of self are not a column: a RuntimeError, or silently wrong where n is k."""

old = "squares = (self * self).sum(dim=1, keepdim=True)"
new = "squares = (self * self).sum(dim=1)"

# %% mutant: not_doubled
"""The product is subtracted once."""

old = "2 * (self @ other.T)"
new = "(self @ other.T)"

# %% mutant: distances_themselves
"""Takes the root: distances, not their squares."""

old = ".clamp(min=0)"
new = ".clamp(min=0).sqrt()"

# %% mutant: past_the_gate
"""Computes with arrays: fast, and without receipts."""

x, m = self.array, other.array
norms = (x * x).sum(axis=1)[:, None] + (m * m).sum(axis=1)
return from_numpy(np.maximum(norms - 2 * x @ m.T, 0))

# %% mutant: transpose_forgotten
"""Multiplies without the transpose: a RuntimeError."""

old = "other.T"
new = "other"

# %% mutant: float32_at_the_end
"""The result is made float32."""

old = ".clamp(min=0)"
new = ".clamp(min=0).float()"

# %% edge: squeezed
"""Squeezes the product, which loses the dimension of a single mean."""

old = "2 * (self @ other.T)"
new = "2 * (self @ other.T).squeeze()"

# %% alternative: absolute_values
"""Norms by powers, the product with the doubled rows, and abs instead of clamp."""

rows, means = (self**2).sum(1, True), (other**2).sum(1, True)
return (rows + means.T - (self * 2) @ other.transpose(0, 1)).abs()

# %% alternative: maximum
"""In steps, with maximum."""

products = self @ other.T
norms = (self * self).sum(dim=-1).unsqueeze(1) + (other * other).sum(dim=-1)
distances = norms - products - products
return distances.maximum(0)
