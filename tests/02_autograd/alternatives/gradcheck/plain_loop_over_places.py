"""A helper for one point, and unravel_index for the places."""
gradient = np.zeros(x.shape)

def at(place, value):
    x[place] = value
    return f()

for number in range(x.size):
    place = np.unravel_index(number, x.shape)
    old = float(x[place])
    gradient[place] = at(place, old + eps) / (2 * eps) - at(place, old - eps) / (2 * eps)
    x[place] = old
return gradient
