"""Drops values when the model is used, too."""
kept = default_generator.rng.random(input.shape, np.float32) >= p
scale = 1 / (1 - p) if p < 1 else 0.0
return input * Tensor((kept * scale).astype(input.dtype))
