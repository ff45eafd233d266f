"""Modes one by one; the window by a loop."""
if len(shape) in (0, 1):
    raise ValueError("a weight has at least two dimensions, this has the shape " + str(shape))
units, features, *window = shape
for size in window:
    units, features = units * size, features * size
if mode == "fan_in":
    n = features
elif mode == "fan_out":
    n = units
elif mode == "average":
    n = 0.5 * (units + features)
else:
    raise ValueError("unknown mode " + mode)
return gain * n**-0.5
