# %% mutant: fans_swapped
"""The weight is taken to be (in, out)."""

old = 'fans = {"fan_in": shape[1] * window, "fan_out": shape[0] * window}'
new = 'fans = {"fan_in": shape[0] * window, "fan_out": shape[1] * window}'


# %% mutant: gain_ignored
"""The gain is not used."""

old = "return gain / math.sqrt(fans[mode])"
new = "return 1 / math.sqrt(fans[mode])"


# %% mutant: gain_inside_the_root
"""The gain stands below the root."""

old = "return gain / math.sqrt(fans[mode])"
new = "return math.sqrt(gain / fans[mode])"


# %% mutant: mean_of_the_roots
"""The mean of the two standard deviations, not of the two numbers."""

old = "return gain / math.sqrt(fans[mode])"
new = """\
if mode == "average":
    return gain * (fans["fan_in"] ** -0.5 + fans["fan_out"] ** -0.5) / 2
return gain / math.sqrt(fans[mode])"""


# %% mutant: message_without_the_mode
"""The error for an unknown mode does not say which one it got."""

old = """raise ValueError(f"mode is one of {', '.join(fans)}, not {mode!r}")"""
new = 'raise ValueError("there is no such mode")'


# %% mutant: no_check_of_the_shape
"""A bias gets Python's own IndexError."""

old = 'raise ValueError(f"fans need a weight of at least 2 dimensions, not of shape {shape}")'
new = "pass"


# %% mutant: no_root
"""The variance, not its root."""

old = "return gain / math.sqrt(fans[mode])"
new = "return gain / fans[mode]"


# %% mutant: sum_of_fans
"""The sum of the fans in place of their mean."""

old = 'fans["average"] = (fans["fan_in"] + fans["fan_out"]) / 2'
new = 'fans["average"] = fans["fan_in"] + fans["fan_out"]'


# %% mutant: unknown_mode_is_fan_in
"""An unknown mode is taken for fan_in."""

old = """raise ValueError(f"mode is one of {', '.join(fans)}, not {mode!r}")"""
new = 'mode = "fan_in"'


# %% mutant: window_for_inputs_only
"""The window is counted for the inputs, not for the outputs."""

old = 'fans = {"fan_in": shape[1] * window, "fan_out": shape[0] * window}'
new = 'fans = {"fan_in": shape[1] * window, "fan_out": shape[0]}'


# %% mutant: window_forgotten
"""The window of a convolution is not counted."""

old = "window = math.prod(shape[2:])"
new = "window = 1"


# %% edge: square_window
"""The window is taken to be square, of two sizes."""

old = "window = math.prod(shape[2:])"
new = "window = shape[2] ** 2 if len(shape) > 2 else 1"


# %% alternative: chain_of_ifs
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


# %% alternative: from_sizes
"""With NumPy; the number of weights divided by the other side."""

if len(shape) < 2:
    raise ValueError(f"the shape {shape} has no fans")
total = np.prod(shape)
fans = [("fan_in", total / shape[0]), ("fan_out", total / shape[1])]
fans.append(("average", np.mean([fan for _, fan in fans])))
if mode not in dict(fans):
    raise ValueError(f"{mode} is not one of fan_in, fan_out and average")
return float(gain / np.sqrt(dict(fans)[mode]))


# %% alternative: receptive_field
"""As PyTorch writes it, with a list in the error's text."""

if len(shape) < 2:
    raise ValueError("fans of " + str(list(shape)))
out, into = shape[0], shape[1]
field = 1
for size in shape[2:]:
    field *= size
match mode:
    case "fan_in":
        fan = into * field
    case "fan_out":
        fan = out * field
    case "average":
        fan = (into + out) * field / 2
    case _:
        raise ValueError(f"Mode {mode} not supported")
return gain / fan**0.5
