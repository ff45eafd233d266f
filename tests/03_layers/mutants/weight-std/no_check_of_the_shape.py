"""A bias gets Python's own IndexError."""
window = math.prod(shape[2:])
fan_in, fan_out = shape[1] * window, shape[0] * window
fans = {"fan_in": fan_in, "fan_out": fan_out, "average": (fan_in + fan_out) / 2}
if mode not in fans:
    raise ValueError(f"mode is one of {', '.join(fans)}, not {mode!r}")
return gain / math.sqrt(fans[mode])
