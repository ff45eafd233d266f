# %% mutant: always_the_same_zeros
"""A generator seeded anew at every call drops the same places each time."""

old = "kept = default_generator.rng.random(input.shape, np.float32) >= p"
new = "kept = np.random.default_rng(0).random(input.shape, np.float32) >= p"


# %% mutant: copy_in_eval
"""Out of training it hands out a copy, not the input itself."""

old = """\
if not training or p == 0:
    return input"""
new = """\
if not training or p == 0:
    return input * 1"""


# %% mutant: divides_by_zero
"""p = 1 divides 0 by 0."""

old = "scale = 1 / (1 - p) if p < 1 else 0.0"
new = "scale = np.divide(1, 1 - p)"


# %% mutant: exactly_round_pn
"""Drops exactly round(p n) values, so that each depends on the others."""

old = "kept = default_generator.rng.random(input.shape, np.float32) >= p"
new = """\
kept = np.ones(input.numel(), bool)
kept[default_generator.rng.permutation(kept.size)[: round(p * kept.size)]] = False
kept = kept.reshape(input.shape)"""


# %% mutant: float32_mask
"""The mask is float32 and so is the result... where it should be float64."""

old = "return input * Tensor(np.multiply(kept, scale, dtype=input.dtype))"
new = "return (input * Tensor(np.multiply(kept, scale, dtype=np.float32))).float()"


# %% mutant: float64_mask
"""The mask is float64, and widens a float32 input."""

old = "return input * Tensor(np.multiply(kept, scale, dtype=input.dtype))"
new = "return input * Tensor(np.multiply(kept, scale, dtype=np.float64))"


# %% mutant: in_eval_too
"""Drops values when the model is used, too."""

old = "if not training or p == 0:"
new = "if p == 0:"


# %% mutant: no_gradient
"""Makes a new tensor, through which no gradient flows: RuntimeError in backward."""

old = "return input * Tensor(np.multiply(kept, scale, dtype=input.dtype))"
new = "return Tensor(input.array * np.multiply(kept, scale, dtype=input.dtype))"


# %% mutant: not_scaled
"""What is left is not divided by 1 - p."""

old = "scale = 1 / (1 - p) if p < 1 else 0.0"
new = "scale = 1.0"


# %% mutant: not_seeded
"""NumPy's global generator does not follow manual_seed."""

old = "kept = default_generator.rng.random(input.shape, np.float32) >= p"
new = "kept = np.random.default_rng().random(input.shape, np.float32) >= p"


# %% mutant: p_is_the_chance_to_stay
"""p is taken for the chance to be kept."""

old = "kept = default_generator.rng.random(input.shape, np.float32) >= p"
new = "kept = default_generator.rng.random(input.shape, np.float32) < p"
old = "scale = 1 / (1 - p) if p < 1 else 0.0"
new = "scale = 1 / p"


# %% mutant: scaled_by_p
"""Divided by p instead of by 1 - p."""

old = "scale = 1 / (1 - p) if p < 1 else 0.0"
new = "scale = 1 / p"


# %% mutant: whole_rows
"""Drops whole rows instead of single values."""

old = "kept = default_generator.rng.random(input.shape, np.float32) >= p"
new = "kept = default_generator.rng.random((input.shape[0], 1), np.float32) >= p"


# %% mutant: written_into_the_input
"""Zeros are written into the input itself."""

old = "return input * Tensor(np.multiply(kept, scale, dtype=input.dtype))"
new = """\
input.array[...] *= np.multiply(kept, scale, dtype=input.dtype)
return input * 1"""


# %% edge: one_mask_for_the_stack
"""One mask in the shape of the last two dimensions serves the whole stack."""

old = "kept = default_generator.rng.random(input.shape, np.float32) >= p"
new = "kept = default_generator.rng.random(input.shape[-2:], np.float32) >= p"


# %% alternative: binomial
"""Whole numbers from a binomial distribution, and a division of tensors."""

if not training or p == 0.0:
    return input
if p == 1.0:
    return input * 0.0
kept = default_generator.rng.binomial(1, 1 - p, size=input.shape)
return input * Tensor(kept.astype(input.dtype)) / (1 - p)


# %% alternative: choice
"""rng.choice between 0 and the factor; the product by Tensor.where's kin, a masked product."""

if not training:
    return input
factor = 0.0 if p == 1 else 1 / (1 - p)
mask = default_generator.rng.choice([0.0, factor], size=input.shape, p=[p, 1 - p])
return Tensor(np.asarray(mask, input.dtype)) * input


# %% alternative: zeros_written
"""Ones, with zeros written where a value is dropped."""

if p > 0 and training:
    mask = np.full(input.shape, 1 / (1 - p) if p < 1 else 0.0, input.dtype)
    mask[default_generator.rng.random(input.shape) < p] = 0
    input = input * Tensor(mask)
return input
