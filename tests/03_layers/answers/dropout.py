# %% mutant: always_the_same_zeros
"""A generator seeded anew at every call drops the same places each time."""

if not training or p == 0:
    return input
kept = np.random.default_rng(0).random(input.shape, np.float32) >= p
scale = 1 / (1 - p) if p < 1 else 0.0
return input * Tensor((kept * scale).astype(input.dtype))

# %% mutant: divides_by_zero
"""p = 1 divides 0 by 0."""

old = """\
scale = 1 / (1 - p) if p < 1 else 0.0
return input * Tensor(np.multiply(kept, scale, dtype=input.dtype))"""
new = """\
with np.errstate(invalid="ignore"):
    return input * Tensor((kept / np.float64(1 - p)).astype(input.dtype))"""

# %% mutant: float32_mask
"""The mask is float32 and so is the result... where it should be float64."""

old = "return input * Tensor(np.multiply(kept, scale, dtype=input.dtype))"
new = "return (input * Tensor((kept * scale).astype(np.float32))).float()"

# %% mutant: in_eval_too
"""Drops values when the model is used, too."""

kept = default_generator.rng.random(input.shape, np.float32) >= p
scale = 1 / (1 - p) if p < 1 else 0.0
return input * Tensor((kept * scale).astype(input.dtype))

# %% mutant: no_gradient
"""Makes a new tensor, through which no gradient flows."""

old = "return input * Tensor(np.multiply(kept, scale, dtype=input.dtype))"
new = "return Tensor((input.array * kept * scale).astype(input.dtype))"

# %% mutant: not_scaled
"""What is left is not divided by 1 - p."""

old = """\
scale = 1 / (1 - p) if p < 1 else 0.0
return input * Tensor(np.multiply(kept, scale, dtype=input.dtype))"""
new = "return input * Tensor(kept.astype(input.dtype))"

# %% mutant: not_seeded
"""NumPy's global generator does not follow manual_seed."""

if not training or p == 0:
    return input
kept = np.random.default_rng().random(input.shape, np.float32) >= p
scale = 1 / (1 - p) if p < 1 else 0.0
return input * Tensor((kept * scale).astype(input.dtype))

# %% mutant: p_is_the_chance_to_stay
"""p is taken for the chance to be kept."""

if not training or p == 0:
    return input
kept = default_generator.rng.random(input.shape, np.float32) < p
return input * Tensor((kept / p).astype(input.dtype))

# %% mutant: scaled_by_p
"""Divided by p instead of by 1 - p."""

old = """\
scale = 1 / (1 - p) if p < 1 else 0.0
return input * Tensor(np.multiply(kept, scale, dtype=input.dtype))"""
new = "return input * Tensor((kept / p).astype(input.dtype))"

# %% mutant: whole_rows
"""Drops whole rows instead of single values."""

if not training or p == 0:
    return input
kept = default_generator.rng.random((input.shape[0], 1), np.float32) >= p
scale = 1 / (1 - p) if p < 1 else 0.0
return input * Tensor((kept * scale).astype(input.dtype))

# %% alternative: binomial
"""Whole numbers from a binomial distribution, and a division of tensors."""

if not training or p == 0.0:
    return input
if p == 1.0:
    return input * 0.0
kept = default_generator.rng.binomial(1, 1 - p, size=input.shape)
return input * Tensor(kept.astype(input.dtype)) / (1 - p)

# %% alternative: zeros_written
"""Ones, with zeros written where a value is dropped."""

if p > 0 and training:
    mask = np.full(input.shape, 1 / (1 - p) if p < 1 else 0.0, input.dtype)
    mask[default_generator.rng.random(input.shape) < p] = 0
    input = input * Tensor(mask)
return input
