"""What dropout keeps is not scaled up, so that training and use differ."""

module = "layers"
function = "dropout"
old = "scale = 1 / (1 - p) if p < 1 else 0.0"
new = "scale = 1.0"
