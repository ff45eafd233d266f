"""Mixing float32 tensors with float64 numbers of no dimension widens the result."""

module = "tensor"
function = "narrowed"
old = "deciding = [x for x in floats if x.ndim] or floats"
new = "deciding = floats"
