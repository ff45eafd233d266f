"""load_state_dict loads into copies and leaves the module as it was."""

module = "layers"
function = "Module.load_state_dict"
old = "state[name].copy_(array)"
new = "state[name].clone().copy_(array)"
