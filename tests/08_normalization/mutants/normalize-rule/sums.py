"""Sums in place of averages."""
return (g - total(dims, g) - normed * total(dims, g, normed)) * inverse
