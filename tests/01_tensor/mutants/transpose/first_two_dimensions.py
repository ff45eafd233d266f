"""Swaps the first two dimensions whatever was asked for."""
shape[:2], strides[:2] = shape[1::-1], strides[1::-1]
return np.lib.stride_tricks.as_strided(x, shape, strides)
