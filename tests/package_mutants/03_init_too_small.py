"""Weights are drawn from 1/in instead of 1/sqrt(in): the signal dies with depth."""

module = "layers"
function = "Linear.reset_parameters"
old = "1 / math.sqrt(self.in_features)"
new = "1 / self.in_features"
