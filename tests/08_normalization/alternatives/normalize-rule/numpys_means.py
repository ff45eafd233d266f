"""With NumPy's mean."""
first = g.mean(axis=dims, keepdims=True)
second = (g * normed).mean(axis=dims, keepdims=True)
return inverse * (g - first - normed * second)
