"""Dropout keeps with chance p instead of dropping."""

module = "layers"
function = "dropout"
old = ".random(input.shape, np.float32) >= p"
new = ".random(input.shape, np.float32) < p"
