"""p = 1 divides 0 by 0."""
if not training or p == 0:
    return input
kept = default_generator.rng.random(input.shape, np.float32) >= p
with np.errstate(invalid="ignore"):
    return input * Tensor((kept / np.float64(1 - p)).astype(input.dtype))
