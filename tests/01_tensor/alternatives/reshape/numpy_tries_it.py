"""Lets NumPy reshape an array of no size worth mentioning."""
if any(n < -1 for n in shape):
    raise ValueError(f"{size} values do not fit into shape {shape}")
try:
    return np.broadcast_to(np.int8(0), size).reshape(shape).shape
except ValueError as error:
    raise ValueError(f"{size} values do not fit into shape {shape}") from error
