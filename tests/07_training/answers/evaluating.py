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

# %% mutant: error_swallowed
"""An error in the block is caught and not raised again: nobody learns of it."""

old = "finally:"
new = """\
except LookupError:
    pass
finally:"""

# %% mutant: recording_switched_on
"""Recording is switched on at the end, though it may have been off before."""

from tinytorch.core.autograd import set_grad_enabled

modes = [(module, module.training) for module in model.modules()]
model.eval()
set_grad_enabled(False)
try:
    yield model
finally:
    set_grad_enabled(True)
    for module, mode in modes:
        module.training = mode

# %% mutant: mode_asked_too_late
"""The modes are noted when the model is in evaluation already."""

old = """\
modes = [(module, module.training) for module in model.modules()]
model.eval()"""
new = """\
model.eval()
modes = [(module, module.training) for module in model.modules()]"""

# %% edge: exceptions_only
"""The modes come back after an Exception; the stop button raises none."""

modes = [(module, module.training) for module in model.modules()]


def put_back():
    for module, mode in modes:
        module.training = mode


model.eval()
try:
    with no_grad():
        yield model
except Exception:
    put_back()
    raise
put_back()

# %% alternative: stack
"""What is to be put back is laid on a stack, module by module."""

from contextlib import ExitStack

with ExitStack() as stack:
    for module in model.modules():
        stack.callback(setattr, module, "training", module.training)
    model.eval()
    stack.enter_context(no_grad())
    yield

# %% alternative: recording_by_hand
"""Recording is switched off and back to what it was, without a block."""

from tinytorch.core.autograd import set_grad_enabled

recording = is_grad_enabled()
modes = {id(module): module.training for module in model.modules()}
set_grad_enabled(False)
model.train(False)
try:
    yield
finally:
    set_grad_enabled(recording)
    for module in model.modules():
        module.training = modes[id(module)]

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
