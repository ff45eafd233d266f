"""zero_grad resets a module's own parameters and not its children's."""

module = "layers"
function = "Module.zero_grad"
old = "for parameter in self.parameters():"
new = "for parameter in self.parameters(recurse=False):"
