"""Drops whole rows instead of single values."""
if not training or p == 0:
    return input
kept = default_generator.rng.random((input.shape[0], 1), np.float32) >= p
scale = 1 / (1 - p) if p < 1 else 0.0
return input * Tensor((kept * scale).astype(input.dtype))
