"""The spread is taken for a constant."""
return (g - average(dims, g)) * inverse
