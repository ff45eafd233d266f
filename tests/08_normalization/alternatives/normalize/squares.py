"""The squares as an array."""
mean = np.mean(x, axis=dims, keepdims=True)
centred = x - mean
var = np.mean(centred * centred, axis=dims, keepdims=True)
deviation = np.sqrt(var + eps)
return centred / deviation, mean, var, 1 / deviation
