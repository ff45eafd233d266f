# %% mutant: biases_do_not_learn
"""A layer learns if its weight does: a bias that learns alone is forgotten."""

old = "learns_below |= any(p.requires_grad for p in layer.parameters())"
new = "learns_below |= layer.weight.requires_grad"


# %% mutant: children_only
"""Sequentials inside are not opened."""

old = "for layer in model.modules():"
new = "for layer in model:"


# %% mutant: data_gradient
"""The gradient of the data is counted."""

old = "products, learns_below = 0, False"
new = "products, learns_below = 0, True"


# %% mutant: forward_only
"""Only the forward pass is counted."""

old = "products += product * (1 + layer.weight.requires_grad + learns_below)"
new = "products += product"


# %% mutant: frozen_layers_count
"""Frozen layers are not looked at."""

product, layers = 0, [layer for layer in model.modules() if isinstance(layer, Linear)]
for layer in layers:
    product += batch * layer.weight.numel() * (2 + (layer is not layers[0]))
return 8 * sum(p.numel() for p in model.parameters()), product


# %% mutant: frozen_layers_pass_nothing_on
"""A frozen layer's input is taken to need no gradient, whatever learns below."""

old = "products += product * (1 + layer.weight.requires_grad + learns_below)"
new = "products += product * (1 + layer.weight.requires_grad * (1 + learns_below))"


# %% mutant: last_layer_spared
"""The top layer is spared the gradient of its input, not the lowest."""

product, layers = 0, [layer for layer in model.modules() if isinstance(layer, Linear)]
for layer in layers:
    product += batch * layer.weight.numel() * (2 + (layer is not layers[-1]))
return 8 * sum(p.numel() for p in model.parameters()), product


# %% mutant: no_gradients_in_memory
"""The bytes of the gradients are not counted."""

old = "numbers = sum(p.numel() * (1 + p.requires_grad) for p in model.parameters())"
new = "numbers = sum(p.numel() for p in model.parameters())"


# %% mutant: only_the_layer_right_below
"""Whether anything learns is asked of the layer right below alone."""

old = "learns_below |= any(p.requires_grad for p in layer.parameters())"
new = "learns_below = any(p.requires_grad for p in layer.parameters())"


# %% alternative: two_passes
"""First the list of layers, then how many of them lie above the first that learns."""

layers = [layer for layer in model.modules() if isinstance(layer, Linear)]
learning = [any(p.requires_grad for p in layer.parameters()) for layer in layers]
first = learning.index(True) if True in learning else len(layers)
total = 0
for number, layer in enumerate(layers):
    size = layer.in_features * layer.out_features * batch
    total += size + (number > first) * size
    if layer.weight.requires_grad:
        total += size
size = 0
for parameter in model.parameters():
    size += parameter.numel() * (8 if parameter.requires_grad else 4)
return size, total
