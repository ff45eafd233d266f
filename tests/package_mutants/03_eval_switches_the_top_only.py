"""train() and eval() reach the outermost module only."""

module = "layers"
function = "Module.train"
old = "for module in self.modules():"
new = "for module in [self]:"
