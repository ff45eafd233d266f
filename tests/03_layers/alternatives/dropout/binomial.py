"""Whole numbers from a binomial distribution, and a division of tensors."""
if not training or p == 0.0:
    return input
if p == 1.0:
    return input * 0.0
kept = default_generator.rng.binomial(1, 1 - p, size=input.shape)
return input * Tensor(kept.astype(input.dtype)) / (1 - p)
