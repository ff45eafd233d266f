"""The window is counted for the inputs, not for the outputs."""
if len(shape) < 2:
    raise ValueError(f"fans need a weight of at least 2 dimensions, not of shape {shape}")
fan_in, fan_out = math.prod(shape[1:]), shape[0]
fans = {"fan_in": fan_in, "fan_out": fan_out, "average": (fan_in + fan_out) / 2}
if mode not in fans:
    raise ValueError(f"mode is one of {', '.join(fans)}, not {mode!r}")
return gain / math.sqrt(fans[mode])
