"""What is left is not divided by 1 - p."""
if not training or p == 0:
    return input
kept = default_generator.rng.random(input.shape, np.float32) >= p
return input * Tensor(kept.astype(input.dtype))
