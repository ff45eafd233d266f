"""The weight is taken to be (in, out)."""
if len(shape) < 2:
    raise ValueError(f"fans need a weight of at least 2 dimensions, not of shape {shape}")
window = math.prod(shape[2:])
fan_in, fan_out = shape[0] * window, shape[1] * window
fans = {"fan_in": fan_in, "fan_out": fan_out, "average": (fan_in + fan_out) / 2}
if mode not in fans:
    raise ValueError(f"mode is one of {', '.join(fans)}, not {mode!r}")
return gain / math.sqrt(fans[mode])
