"""Dropout drops after eval(), too."""

module = "layers"
function = "dropout"
old = "if not training or p == 0:"
new = "if p == 0:"
