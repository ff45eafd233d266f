"""gather picks along dimension 0, whatever it is told."""

module = "tensor"
function = "gather_forward"
old = "places[dim] = index"
new = "places[0] = index"
