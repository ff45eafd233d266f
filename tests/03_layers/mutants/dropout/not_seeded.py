"""NumPy's global generator does not follow manual_seed."""
if not training or p == 0:
    return input
kept = np.random.default_rng().random(input.shape, np.float32) >= p
scale = 1 / (1 - p) if p < 1 else 0.0
return input * Tensor((kept * scale).astype(input.dtype))
