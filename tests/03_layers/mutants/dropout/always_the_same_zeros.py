"""A generator seeded anew at every call drops the same places each time."""
if not training or p == 0:
    return input
kept = np.random.default_rng(0).random(input.shape, np.float32) >= p
scale = 1 / (1 - p) if p < 1 else 0.0
return input * Tensor((kept * scale).astype(input.dtype))
