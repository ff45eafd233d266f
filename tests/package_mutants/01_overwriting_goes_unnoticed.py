"""Overwriting a tensor is not noted, so that backward trusts changed values."""

module = "tensor"
function = "touch"
old = "x.stamp[0] = last_write[0] = tick()"
new = "x.stamp[0] = tick()"
