"""load_state_dict takes over the arrays it is given instead of copying."""

module = "layers"
function = "Module.load_state_dict"
old = "state[name].copy_(array)"
new = "state[name].array = array"
