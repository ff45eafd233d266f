# %% mutant: adam_betas_swapped
"""Each of Adam's means has the other one's beta."""

function = "Adam.update"
old = 'group["betas"], group["eps"]'
new = 'group["betas"][::-1], group["eps"]'
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: adam_eps_inside_the_root
"""eps is added to the mean of the squares, not to its root."""

function = "adam_update"
old = "np.sqrt(v, out=scratch)"
new = "np.sqrt(v + eps, out=scratch)"
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: adam_state_shared
"""Both of Adam's means are one array."""

function = "Adam.update"
old = "state[name] = Tensor(np.zeros(p.shape, p.dtype))"
new = "state[name] = state.get('exp_avg') or Tensor(np.zeros(p.shape, p.dtype))"
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: adam_steps_not_counted
"""Each step is the first."""

function = "Adam.update"
old = 'state["step"] = state.get("step", 0) + 1'
new = 'state["step"] = 1'
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: adam_without_bias_correction
"""Adam's means are not corrected for their start at 0."""

function = "adam_update"
old = "root = math.sqrt(1 - betas[1] ** step)"
new = "root, step = 1.0, math.inf"
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: adamw_decay_coupled
"""AdamW puts the decay into the gradient, as Adam does."""

function = "decayed"
old = "if decoupled:"
new = "if False:"
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: dampening_ignored
"""The gradient goes into the buffer undampened."""

function = "momentum_update"
old = "buffer += g if dampening == 0 else (1 - dampening) * g"
new = "buffer += g"
tests = ["integration/test_optimizers_integration.py", "integration/test_training_flow.py"]

# %% mutant: decay_ignored
"""Weight decay that is coupled is ignored."""

function = "decayed"
old = "return g + weight_decay * p"
new = "return g"
tests = ["integration/test_optimizers_integration.py", "integration/test_training_flow.py"]

# %% mutant: decay_of_the_wrong_sign
"""Weight decay pushes weights away from zero."""

function = "decayed"
old = "return g + weight_decay * p"
new = "return g - weight_decay * p"
tests = ["integration/test_optimizers_integration.py", "integration/test_training_flow.py"]

# %% mutant: group_settings_ignored
"""The defaults overwrite the settings of a group."""

function = "make_group"
old = '{**defaults, **group, "params": params}'
new = '{**group, **defaults, "params": params}'
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: learning_rate_ignored
"""SGD takes the learning rate it was made with, whatever a schedule says."""

function = "SGD.update"
old = 'lr, decay, momentum = float(group["lr"])'
new = 'lr, decay, momentum = self.defaults["lr"]'
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: momentum_overwritten
"""The buffer of momentum becomes the gradient at each step."""

function = "momentum_update"
old = "if first:"
new = "if True:"
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: nesterov_forgotten
"""Nesterov's momentum is the ordinary one."""

function = "momentum_update"
old = "if nesterov else"
new = "if False else"
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: parameter_in_two_groups
"""A parameter in two groups is not noticed, and updated twice."""

function = "make_group"
old = "if id(p) in seen:"
new = "if False:"
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: parameters_copied
"""The optimizer learns copies of the model's parameters."""

function = "make_group"
old = 'return {**defaults, **group, "params": params}'
new = 'return {**defaults, **group, "params": [Tensor(p.array.copy()) for p in params]}'
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: rate_computed_not_applied
"""A schedule computes the rate and does not give it to the optimizer."""

function = "LRScheduler.set_rates"
old = 'group["lr"] = lr'
new = 'group["next_lr"] = lr'
tests = ["integration/test_optimizers_integration.py", "integration/test_training_flow.py"]

# %% mutant: schedule_off_by_one
"""A schedule begins at its second rate."""

function = "LRScheduler.step"
old = "self.last_epoch + 1 if"
new = "self.last_epoch + 1 + (self.last_epoch < 0) if"
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: second_schedule_not_reset
"""A schedule in a sequence goes on counting from the beginning of the run."""

function = "SequentialLR.get_lr"
old = "scheduler.step(steps)"
new = "scheduler.step(self.last_epoch)"
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: state_not_loaded
"""load_state_dict takes the settings and forgets the state."""

function = "Optimizer.load_state_dict"
old = "self.state = state"
new = "self.state = defaultdict(dict)"
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: step_uphill
"""SGD goes uphill."""

function = "sgd_update"
old = "p -= lr * g"
new = "p += lr * g"
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: zero_grad_first_group_only
"""zero_grad forgets all groups but the first."""

function = "Optimizer.zero_grad"
old = "for group in self.param_groups:"
new = "for group in self.param_groups[:1]:"
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: sgd_weight_decay_of_the_first_group
"""Every group has the weight_decay of the first one."""

function = "SGD.update"
old = 'group["weight_decay"]'
new = 'self.param_groups[0]["weight_decay"]'
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: sgd_weight_decay_of_the_default
"""Every group has the default weight_decay, whatever it asks for."""

function = "SGD.update"
old = 'group["weight_decay"]'
new = 'self.defaults["weight_decay"]'
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: sgd_momentum_of_the_default
"""Every group has the default momentum, whatever it asks for."""

function = "SGD.update"
old = 'group["momentum"]'
new = 'self.defaults["momentum"]'
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: sgd_dampening_of_the_first_group
"""Every group has the dampening of the first one."""

function = "SGD.update"
old = 'group["dampening"]'
new = 'self.param_groups[0]["dampening"]'
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: sgd_dampening_of_the_default
"""Every group has the default dampening, whatever it asks for."""

function = "SGD.update"
old = 'group["dampening"]'
new = 'self.defaults["dampening"]'
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: sgd_nesterov_of_the_first_group
"""Every group has the nesterov of the first one."""

function = "SGD.update"
old = 'group["nesterov"]'
new = 'self.param_groups[0]["nesterov"]'
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: adam_betas_of_the_first_group
"""Every group has the betas of the first one."""

function = "Adam.update"
old = 'group["betas"]'
new = 'self.param_groups[0]["betas"]'
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: adam_eps_of_the_default
"""Every group has the default eps, whatever it asks for."""

function = "Adam.update"
old = 'group["eps"]'
new = 'self.defaults["eps"]'
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: adam_weight_decay_of_the_first_group
"""Every group has the weight_decay of the first one."""

function = "Adam.update"
old = 'group["weight_decay"]'
new = 'self.param_groups[0]["weight_decay"]'
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: adam_weight_decay_of_the_default
"""Every group has the default weight_decay, whatever it asks for."""

function = "Adam.update"
old = 'group["weight_decay"]'
new = 'self.defaults["weight_decay"]'
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: maximize_of_the_first_group
"""All groups go uphill if the first one does."""

function = "Optimizer.step"
old = 'group.get("maximize")'
new = 'self.param_groups[0]["maximize"]'
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: loaded_state_shared
"""What is loaded shares its memory with the state_dict."""

function = "restored"
old = 'array = np.array(value.array if isinstance(value, Tensor) else value, p.dtype, order="C")'
new = "array = np.asarray(value.array if isinstance(value, Tensor) else value, p.dtype)"
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: rates_not_loaded
"""A loaded schedule leaves the rate that it began with until the next step."""

function = "LRScheduler.load_state_dict"
old = 'if "_last_lr" in state_dict:'
new = "if False:"
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: new_group_from_the_beginning
"""A group that joins later is taken for one that has been there from the beginning."""

function = "LRScheduler.first_rate"
old = "return (lr - rest) / share if share else lr"
new = "return lr"
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: squares_overflow
"""The mean of squares moves by a share of a difference, which is NaN after infinity."""

function = "adam_update"
old = """\
v *= betas[1]
np.multiply(g, 1 - betas[1], out=scratch)
scratch *= g"""
new = """\
np.multiply(g, g, out=scratch)
scratch -= v
scratch *= 1 - betas[1]"""
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: gradient_of_another_shape
"""A gradient of another shape is broadcast."""

function = "gradient_of"
old = "if g is None or g.shape != p.shape:"
new = "if g is None:"
tests = ["integration/test_optimizers_integration.py"]

# %% mutant: first_step_dampened
"""The first gradient goes into the buffer dampened, as the later ones do."""

function = "momentum_update"
old = "buffer[...] = g"
new = "buffer[...] = (1 - dampening) * g"
tests = ["06_optimizers/test_optimizers.py"]

# %% alternative: adam_by_the_book
"""Adam as the paper writes it: both means corrected, then divided."""

function = "adam_update"
old = """\
root = math.sqrt(1 - betas[1] ** step)
np.sqrt(v, out=scratch)
scratch += eps * root  # root / (sqrt(v) + eps * root) is 1 / (sqrt(v) / root + eps)
np.divide(m, scratch, out=scratch)
scratch *= lr * root / (1 - betas[0] ** step)
p -= scratch"""
new = """\
late, size = m / (1 - betas[0] ** step), v / (1 - betas[1] ** step)
p -= lr * late / (np.sqrt(size) + eps)"""
tests = ["integration/test_training_flow.py", "integration/test_optimizers_integration.py"]

# %% alternative: momentum_out_of_place
"""The direction is a new array; what is kept is the same."""

function = "momentum_update"
old = "return g + momentum * buffer if nesterov else buffer"
new = "return g + momentum * buffer if nesterov else buffer.copy()"
tests = ["integration/test_training_flow.py", "integration/test_optimizers_integration.py"]

# %% alternative: zeros_instead_of_none
"""zero_grad fills gradients with zeros whatever it is told."""

function = "Optimizer.zero_grad"
old = "if set_to_none or p.grad is None:"
new = "if p.grad is None:"
tests = ["integration/test_training_flow.py", "integration/test_optimizers_integration.py"]
