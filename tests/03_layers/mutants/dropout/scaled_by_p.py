"""Divided by p instead of by 1 - p."""
if not training or p == 0:
    return input
kept = default_generator.rng.random(input.shape, np.float32) >= p
return input * Tensor((kept / p).astype(input.dtype))
