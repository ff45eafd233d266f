"""Ones, with zeros written where a value is dropped."""
if p > 0 and training:
    mask = np.full(input.shape, 1 / (1 - p) if p < 1 else 0.0, input.dtype)
    mask[default_generator.rng.random(input.shape) < p] = 0
    input = input * Tensor(mask)
return input
