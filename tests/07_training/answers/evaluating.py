# %% mutant: always_train
"""Back to training, whatever the mode was before."""

old = """\
for module, mode in modes:
    module.training = mode"""
new = "model.train()"

# %% mutant: children_only
"""The modules right below the model are remembered, those in them are not."""

old = "modes = [(module, module.training) for module in model.modules()]"
new = "modes = [(module, module.training) for module in (model, *model.children())]"
old = "module.training = mode"
new = "module.train(mode)"

# %% mutant: graph_recorded
"""Dropout is off, but the graph of every batch is recorded."""

old = """\
with no_grad():
    yield model"""
new = "yield model"

# %% mutant: not_after_an_error
"""Without `finally` an error leaves the model in evaluation."""

modes = [(module, module.training) for module in model.modules()]
model.eval()
with no_grad():
    yield model
for module, mode in modes:
    module.training = mode

# %% mutant: not_restored
"""The model stays in evaluation: from the first evaluation on it trains without dropout."""

model.eval()
with no_grad():
    yield model

# %% mutant: top_level_only
"""Only the outermost module is switched; dropout inside goes on."""

old = "model.eval()"
new = "model.training = False"

# %% mutant: top_mode_for_all
"""The model's own mode is given to all modules in it."""

old = """\
for module, mode in modes:
    module.training = mode"""
new = "model.train(modes[0][1])"

# %% alternative: dict_of_modes
"""Modes by module, switched one by one."""

modes = {module: module.training for module in model.modules()}
with no_grad():
    try:
        for module in modes:
            module.training = False
        yield model
    finally:
        for module in modes:
            module.training = modes[module]

# %% alternative: trainers_only
"""Only those that were in training are switched, and switched back."""

switched = [module for module in model.modules() if module.training]
for module in switched:
    module.training = False
try:
    with no_grad():
        yield model
finally:
    for module in switched:
        module.training = True
