"""p is taken for the chance to be kept."""
if not training or p == 0:
    return input
kept = default_generator.rng.random(input.shape, np.float32) < p
return input * Tensor((kept / p).astype(input.dtype))
