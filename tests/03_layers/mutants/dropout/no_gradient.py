"""Makes a new tensor, through which no gradient flows."""
if not training or p == 0:
    return input
kept = default_generator.rng.random(input.shape, np.float32) >= p
scale = 1 / (1 - p) if p < 1 else 0.0
return Tensor((input.array * kept * scale).astype(input.dtype))
