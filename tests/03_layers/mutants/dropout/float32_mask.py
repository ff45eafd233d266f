"""The mask is float32 and so is the result... where it should be float64."""
if not training or p == 0:
    return input
kept = default_generator.rng.random(input.shape, np.float32) >= p
scale = 1 / (1 - p) if p < 1 else 0.0
return (input * Tensor((kept * scale).astype(np.float32))).float()
