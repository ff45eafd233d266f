"""Overwriting a tensor is not noted, so that backward trusts changed values."""

module = "tensor"
function = "touch"
old = "x.version.serial = last_write[0] = next_serial()"
new = "x.version.serial = next_serial()"
