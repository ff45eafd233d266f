# %% mutant: zeros_once
"""Set to 0 once: after a step they have moved."""

parameter = getattr(module, name)
delattr(module, name)
module.register_parameter(f"{name}_orig", parameter)
module.register_buffer(f"{name}_mask", tensor(np.asarray(mask, np.float32)))
parameter.array *= np.asarray(mask, np.float32)
setattr(module, name, parameter * 1.0)
return module.register_forward_pre_hook(lambda module, args: setattr(module, name, parameter * 1.0))

# %% mutant: copy_of_the_parameter
"""A new parameter: the optimizer moves the old one."""

old = 'module.register_parameter(f"{name}_orig", parameter)'
new = 'module.register_parameter(f"{name}_orig", type(parameter)(parameter.detach().clone()))'

# %% mutant: without_the_first_time
"""The weight is not there before the first forward pass. (AttributeError)"""

old = "hook(module, ())\n"
new = ""

# %% mutant: no_hook
"""Multiplied once, with a graph that is used up. (RuntimeError)"""

old = "return module.register_forward_pre_hook(hook)"
new = "return None"

# %% mutant: by_arrays
"""The product is computed with arrays: no gradient reaches the parameter. (RuntimeError)"""

old = 'masked = getattr(module, f"{name}_orig") * getattr(module, f"{name}_mask")'
new = (
    'masked = tensor(getattr(module, f"{name}_orig").array * getattr(module, f"{name}_mask").array)'
)

# %% mutant: mask_as_it_came
"""The mask keeps its dtype: integers, in this case."""

old = "tensor(np.asarray(mask, np.float32))"
new = "tensor(np.asarray(mask))"

# %% mutant: mask_is_learned
"""The mask is a parameter."""

old = 'module.register_buffer(f"{name}_mask", tensor(np.asarray(mask, np.float32)))'
new = """\
module.register_parameter(f"{name}_mask", type(parameter)(tensor(np.asarray(mask, np.float32))))"""

# %% mutant: mask_not_saved
"""The mask is an attribute: no state has it."""

old = 'module.register_buffer(f"{name}_mask", tensor(np.asarray(mask, np.float32)))'
new = """\
object.__setattr__(module, f"{name}_mask", tensor(np.asarray(mask, np.float32)))"""

# %% mutant: added
"""The mask is added."""

old = 'getattr(module, f"{name}_orig") * getattr'
new = 'getattr(module, f"{name}_orig") + getattr'

# %% edge: mask_of_the_beginning
"""The mask is remembered as it was: what changes it later has no effect."""

old = '* getattr(module, f"{name}_mask")'
new = "* tensor(np.asarray(mask, np.float32))"

# %% alternative: by_closures
"""A hook that knows the names of all three."""

orig, kept = f"{name}_orig", f"{name}_mask"
parameter = dict(module.named_parameters())[name]
delattr(module, name)
module.register_buffer(kept, tensor(np.array(mask, dtype="float32")))
module.register_parameter(orig, parameter)


def compute(owner, _):
    setattr(owner, name, getattr(owner, kept) * getattr(owner, orig))


handle = module.register_forward_pre_hook(compute)
compute(module, None)
return handle
