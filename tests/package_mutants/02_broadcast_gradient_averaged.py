"""The gradient of a broadcast input is averaged instead of added up."""

module = "autograd"
function = "unbroadcast"
old = "g.sum(axis=(*range(extra), *stretched))"
new = "g.mean(axis=(*range(extra), *stretched))"
