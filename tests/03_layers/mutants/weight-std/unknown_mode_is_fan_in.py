"""An unknown mode is taken for fan_in."""
if len(shape) < 2:
    raise ValueError(f"fans need a weight of at least 2 dimensions, not of shape {shape}")
window = math.prod(shape[2:])
fan_in, fan_out = shape[1] * window, shape[0] * window
fans = {"fan_out": fan_out, "average": (fan_in + fan_out) / 2}
return gain / math.sqrt(fans.get(mode, fan_in))
