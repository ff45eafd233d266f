# %% mutant: all_scaled
"""Every matrix is scaled with the depth."""

old = 'depth = 2 * n_layer if layer == "c_proj" else 1'
new = "depth = 2 * n_layer"

# %% mutant: attention_only
"""Only attention's c_proj is scaled."""

old = 'layer == "c_proj"'
new = 'name.endswith("attn.c_proj.weight")'

# %% mutant: biases_left
"""Biases stay as they were."""

old = "zeros_(parameter)"
new = "pass"

# %% mutant: divided_by_the_depth
"""Divided by 2 L, not by its root."""

old = "0.02 / math.sqrt(depth)"
new = "0.02 / depth"

# %% mutant: new_parameters
"""New parameters take the place of the old ones (AttributeError, KeyError)."""

for name, parameter in list(model.named_parameters()):
    path, _, kind = name.rpartition(".")
    owner = dict(model.named_modules())[path]
    depth = 2 * n_layer if path.split(".")[-1] == "c_proj" else 1
    if parameter.ndim > 1:
        new = randn(*parameter.shape) * (0.02 / math.sqrt(depth))
    else:
        new = tensor(np.full(parameter.shape, float(kind == "weight"), "float32"))
    setattr(owner, kind, type(parameter)(new))

# %% mutant: norms_drawn
"""Weights of norms are drawn as those of linear layers are."""

old = "if parameter.ndim > 1:"
new = 'if kind == "weight":'

# %% mutant: norms_zero
"""All that has one dimension becomes 0, weights of norms too."""

old = "ones_(parameter)"
new = "zeros_(parameter)"

# %% mutant: not_scaled
"""The depth plays no part."""

old = "2 * n_layer if"
new = "1 if"

# %% mutant: one_a_block
"""A block is thought to write once: 1 / sqrt(L)."""

old = "2 * n_layer if"
new = "n_layer if"

# %% mutant: variance
"""0.02 is taken for the variance."""

old = "0.02 / math.sqrt(depth)"
new = "math.sqrt(0.02 / depth)"

# %% edge: by_the_beginning
"""Any layer whose name begins with c_proj is scaled."""

old = 'layer == "c_proj"'
new = 'layer.startswith("c_proj")'

# %% edge: dot_before
"""A c_proj is only found inside of another part."""

old = 'layer == "c_proj"'
new = '"c_proj" in name and not name.startswith("c_proj_")'

# %% alternative: by_module
"""Module by module, as PyTorch's `apply` goes."""

for name, module in model.named_modules():
    scaled = name.split(".")[-1] == "c_proj"
    for kind, parameter in module._parameters.items():
        if parameter is not None and parameter.ndim > 1:
            normal_(parameter, std=0.02 * (2 * n_layer) ** (-0.5 if scaled else 0.0))
        elif parameter is not None:
            parameter.array[...] = kind == "weight"

# %% alternative: by_numpy
"""NumPy draws, and writes into the arrays."""

rng = np.random.default_rng(0)
for name, parameter in model.named_parameters():
    if parameter.ndim > 1:
        scaled = name == "c_proj.weight" or name.endswith(".c_proj.weight")
        std = 0.02 / math.sqrt(2 * n_layer) if scaled else 0.02
        parameter.array[...] = rng.normal(0.0, std, parameter.shape)
    else:
        parameter.array[...] = 0.0 if name.endswith("bias") else 1.0
