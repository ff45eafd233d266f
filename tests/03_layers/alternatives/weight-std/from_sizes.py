"""With NumPy; the number of weights divided by the other side."""
if len(shape) < 2:
    raise ValueError(f"the shape {shape} has no fans")
total = np.prod(shape)
fans = [("fan_in", total / shape[0]), ("fan_out", total / shape[1])]
fans.append(("average", np.mean([fan for _, fan in fans])))
if mode not in dict(fans):
    raise ValueError(f"{mode} is not one of fan_in, fan_out and average")
return float(gain / np.sqrt(dict(fans)[mode]))
