# %% mutant: all_graphs_kept
"""The graphs of all batches are kept until one backward at the end."""

function = "accumulate"
old = "share.backward()"
new = "kept = share if batch is batches[0] else kept + share"
old = "return total"
new = """\
kept.backward()
return total"""
tests = ["07_training/test_training.py"]

# %% mutant: all_to_training
"""After an evaluation every module is in training, a frozen one too."""

function = "evaluating"
old = "module.training = mode"
new = "module.training = True"
tests = ["07_training/test_training.py"]

# %% mutant: batches_count_alike
"""Every batch of a group counts the same, however small."""

function = "accumulate"
old = "(samples(batch) / count)"
new = "(1 / len(batches))"
tests = ["07_training/test_training.py"]

# %% mutant: buffers_lost
"""A checkpoint holds the parameters, and no running statistics."""

function = "Trainer.state_dict"
old = '"model": self.model.state_dict()'
new = '"model": dict(self.model.named_parameters())'
function = "Trainer.load_state_dict"
old = 'self.model.load_state_dict(state["model"])'
new = 'self.model.load_state_dict(state["model"], strict=False)'
tests = ["integration/test_training_flow.py"]

# %% mutant: cleared_between_backward_and_step
"""Gradients are cleared between backward and step: nothing is learned."""

function = "training_step"
old = "norm = clip"
new = """\
optimizer.zero_grad()
norm = clip"""
tests = ["07_training/test_training.py"]

# %% mutant: cleared_for_each_batch
"""Gradients are cleared before each batch of a group."""

function = "accumulate"
old = "for batch in batches:"
new = """\
for batch in batches:
    model.zero_grad()"""
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]

# %% mutant: cleared_in_the_model_only
"""Parameters outside of the model, of a loss for instance, are never cleared."""

function = "training_step"
old = "optimizer.zero_grad()"
new = "model.zero_grad()"
tests = ["integration/test_training_flow.py"]

# %% mutant: clipped_after_the_step
"""Gradients are clipped when the step has been taken."""

function = "training_step"
old = """\
norm = clip_grad_norm_(model.parameters(), limit).item()
if not (math.isfinite(loss) and math.isfinite(norm)):
    raise FloatingPointError(f"the loss is {loss}, the norm of its gradient {norm}")
optimizer.step()"""
new = """\
norm = clip_grad_norm_(model.parameters(), math.inf).item()
if not (math.isfinite(loss) and math.isfinite(norm)):
    raise FloatingPointError(f"the loss is {loss}, the norm of its gradient {norm}")
optimizer.step()
clip_grad_norm_(model.parameters(), limit)"""
tests = ["07_training/test_training.py"]

# %% mutant: clipped_before_backward
"""Clipping comes before there is a gradient."""

function = "training_step"
old = """\
loss = accumulate(model, loss_fn, batches)
norm = clip_grad_norm_(model.parameters(), limit).item()"""
new = """\
clip_grad_norm_(model.parameters(), limit)
loss = accumulate(model, loss_fn, batches)
norm = clip_grad_norm_(model.parameters(), math.inf).item()"""
tests = ["07_training/test_training.py"]

# %% mutant: clipped_per_tensor
"""Each gradient is clipped by itself: the direction changes."""

function = "clip_grad_norm_"
old = """\
for g in gradients:
    g *= float(factor)"""
new = """\
for g, own in zip(gradients, norms, strict=True):
    g *= min(1.0, max_norm / float(own + 1e-6))"""
tests = ["07_training/test_training.py"]

# %% mutant: clipping_always_scales
"""Short gradients are made longer."""

function = "clip_grad_norm_"
old = "if not factor >= 1:"
new = "if True:"
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]

# %% mutant: clipping_forgotten
"""The norm is taken, but no gradient is clipped before the step."""

function = "training_step"
old = ".parameters(), limit)"
new = ".parameters(), math.inf)"
tests = ["07_training/test_training.py"]

# %% mutant: early_stopping_reads_the_training_loss
"""Early stopping watches the training loss, whatever its monitor says."""

function = "EarlyStopping.on_epoch_end"
old = "self.update(row[self.monitor])"
new = 'self.update(row["loss"])'
tests = ["07_training/test_training.py"]

# %% mutant: evaluation_recorded
"""Evaluation records a graph."""

function = "evaluating"
old = """\
with no_grad():
    yield model"""
new = "yield model"
tests = ["07_training/test_training.py"]

# %% mutant: evaluation_unweighted
"""An evaluation is the mean over batches, not samples."""

function = "Trainer.evaluate"
old = "weighted_mean(column, counts)"
new = "sum(column) / len(column)"
tests = ["07_training/test_training.py"]

# %% mutant: fit_without_training_mode
"""fit does not put the model into training."""

function = "Trainer.fit"
old = "self.model.train()"
new = ""
tests = ["07_training/test_training.py"]

# %% mutant: forward_twice
"""Every batch is passed forward a second time, for its loss."""

function = "accumulate"
old = "total += share.item()"
new = "total += batch_loss(model, loss_fn, batch).item() * (samples(batch) / count)"
tests = ["integration/test_training_flow.py"]

# %% mutant: gradient_not_checked
"""Only the loss is checked, not the norm of its gradient."""

function = "training_step"
old = "(math.isfinite(loss) and math.isfinite(norm))"
new = "math.isfinite(loss)"
tests = ["07_training/test_training.py"]

# %% mutant: gradients_never_cleared
"""Gradients of all steps so far add up."""

function = "training_step"
old = "optimizer.zero_grad()"
new = ""
tests = ["07_training/test_training.py"]

# %% mutant: history_starts_anew
"""Resumed, the history begins with the next epoch."""

function = "Trainer.load_state_dict"
old = 'History(state["history"])'
new = "History()"
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]

# %% mutant: history_unweighted
"""The epoch's loss is the mean over batches, not samples."""

function = "Trainer._end_epoch"
old = "weighted_mean(losses, counts)"
new = "sum(losses) / len(losses)"
tests = ["07_training/test_training.py"]

# %% mutant: last_batch_for_the_epoch
"""The loss of the last batch stands for the epoch."""

function = "Trainer._end_epoch"
old = "weighted_mean(losses, counts)"
new = "losses[-1]"
tests = ["07_training/test_training.py"]

# %% mutant: leftover_group_divided_by_k
"""A short last group counts as if it were full."""

function = "Trainer._train_step"
old = "self.model, self.optimizer, self.loss_fn, group, self.max_grad_norm"
new = """\
self.model,
self.optimizer,
lambda *a: self.loss_fn(*a) * (len(group) / self.accumulation_steps),
group,
self.max_grad_norm,"""
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]

# %% mutant: leftover_group_dropped
"""A short last group is dropped."""

function = "Trainer._train_epoch"
old = "self._train_step(group)"
new = """\
if len(group) < self.accumulation_steps:
    break
self._train_step(group)"""
tests = ["07_training/test_training.py"]

# %% mutant: loss_of_the_next_weights
"""The loss is measured when the step has been taken."""

function = "training_step"
old = """\
optimizer.step()
return loss, norm"""
new = """\
optimizer.step()
with no_grad():
    loss = sum(
        batch_loss(model, loss_fn, batch).item() * samples(batch) for batch in batches
    ) / sum(map(samples, batches))
return loss, norm"""
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]

# %% mutant: losses_added
"""The losses of a group are added, not averaged."""

function = "accumulate"
old = "* (samples(batch) / count)"
new = ""
tests = ["07_training/test_training.py"]

# %% mutant: losses_of_before_forgotten
"""The row of an epoch that was resumed knows the steps since then only."""

function = "Trainer.load_state_dict"
old = '[list(step) for step in state["steps"]]'
new = "[]"
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]

# %% mutant: min_delta_forgotten_for_max
"""Any larger accuracy is better, however little."""

function = "update"
old = "if gain > self.min_delta:"
new = 'if gain > (self.min_delta if self.mode == "min" else 0):'
tests = ["07_training/test_training.py"]

# %% mutant: min_delta_relative
"""min_delta is taken as a share of the best value."""

function = "update"
old = "if gain > self.min_delta:"
new = "if gain > self.min_delta * abs(self.best or 1.0):"
tests = ["07_training/test_training.py"]

# %% mutant: mode_not_restored
"""After an evaluation the model stays in evaluation."""

function = "evaluating"
old = "module.training = mode"
new = "pass"
tests = ["07_training/test_training.py"]

# %% mutant: mode_not_restored_after_an_error
"""An error in an evaluation leaves the model in evaluation."""

function = "evaluating"
old = """\
try:
    with no_grad():
        yield model
finally:
    for module, mode in modes:
        module.training = mode"""
new = """\
with no_grad():
    yield model
for module, mode in modes:
    module.training = mode"""
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]

# %% mutant: mode_of_the_top_for_all
"""After an evaluation every module has the mode of the whole model."""

function = "evaluating"
old = "module.training = mode"
new = "module.training = modes[0][1]"
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]

# %% mutant: nan_trained_on
"""A NaN goes into the weights in silence."""

function = "training_step"
old = "if not (math.isfinite(loss) and math.isfinite(norm)):"
new = "if False:"
tests = ["07_training/test_training.py"]

# %% mutant: no_step
"""The step is forgotten."""

function = "training_step"
old = "optimizer.step()"
new = ""
tests = ["07_training/test_training.py"]

# %% mutant: noise_of_the_start
"""A resumed run goes on from the random numbers of its epoch's start."""

function = "Trainer._begin_epoch"
old = "self._set_random_state(now)\nreturn batches"
new = "return batches"
tests = ["integration/test_training_flow.py"]

# %% mutant: nan_only
"""An infinite norm is no error, though one was asked for."""

function = "clip_grad_norm_"
old = "not np.isfinite(total)"
new = "np.isnan(total)"
tests = ["07_training/test_training.py"]

# %% mutant: norm_after_clipping
"""The norm after clipping is returned."""

function = "clip_grad_norm_"
old = "return tensor(total)"
new = "return tensor(min(total, total.dtype.type(max_norm)))"
tests = ["07_training/test_training.py"]

# %% mutant: norm_as_a_number
"""The norm is a number of NumPy's and no tensor."""

function = "clip_grad_norm_"
old = "return tensor(total)"
new = "return total"
tests = ["07_training/test_training.py"]

# %% mutant: only_some_cleared
"""Only the first parameter's gradient is cleared."""

function = "training_step"
old = "optimizer.zero_grad()"
new = 'optimizer.param_groups[0]["params"][0].grad = None'
tests = ["07_training/test_training.py"]

# %% mutant: only_top_level_switched
"""Only the outermost module is put into evaluation."""

function = "evaluating"
old = "model.eval()"
new = "model.training = False"
tests = ["07_training/test_training.py"]

# %% mutant: optimizer_lost
"""A checkpoint gives the optimizer's state up."""

function = "Trainer.load_state_dict"
old = 'self.optimizer.load_state_dict(state["optimizer"])'
new = ""
tests = ["07_training/test_training.py"]

# %% mutant: order_lost
"""A resumed epoch is shuffled anew."""

function = "Trainer._begin_epoch"
old = "self._set_random_state(self._start)"
new = ""
tests = ["07_training/test_training.py"]

# %% mutant: patience_lost
"""Early stopping counts from zero after a restart."""

function = "EarlyStopping.load_state_dict"
old = 'state["best"], state["waited"]'
new = "None, 0"
tests = ["07_training/test_training.py"]

# %% mutant: position_lost
"""A resumed epoch begins from its first batch."""

function = "Trainer.load_state_dict"
old = '= state["position"], state["seconds"]'
new = '= 0, state["seconds"]'
tests = ["07_training/test_training.py"]

# %% mutant: random_state_lost
"""A resumed run draws other random numbers."""

function = "Trainer.load_state_dict"
old = 'self._now, self._start = state["random_now"], state'
new = "self._start = state"
tests = ["07_training/test_training.py"]

# %% mutant: rate_off_by_one
"""The history tells the rate of the next epoch."""

function = "Trainer._end_epoch"
old = '"lr": rates[-1]'
new = '"lr": self.lr'
tests = ["07_training/test_training.py"]

# %% mutant: rate_reset_on_resume
"""Resumed, the optimizer has the rate of the start."""

function = "Trainer.load_state_dict"
old = 'self.scheduler.load_state_dict(state["scheduler"])'
new = """\
self.scheduler.load_state_dict(state["scheduler"])
for group in self.optimizer.param_groups:
    group["lr"] = group["initial_lr"]"""
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]

# %% mutant: rows_added
"""The rows of a checkpoint are added to those that the trainer has."""

function = "Trainer.load_state_dict"
old = 'History(state["history"])'
new = 'History(self.history.rows + state["history"])'
tests = ["07_training/test_training.py"]

# %% mutant: rows_doubled
"""The last row of the history stands there twice after a restart."""

function = "Trainer.load_state_dict"
old = 'History(state["history"])'
new = 'History(state["history"] + state["history"][-1:])'
tests = ["07_training/test_training.py"]

# %% mutant: plateau_watches_the_training_loss
"""A schedule that watches a metric gets the training loss, although there is one of validation."""

function = "Trainer._end_epoch"
old = 'row.get("val_loss", row["loss"])'
new = 'row["loss"]'
tests = ["07_training/test_training.py"]

# %% mutant: schedule_after_the_checkpoint
"""A checkpoint is written before the schedule has moved on."""

function = "Trainer._train_epoch"
old = "                callback.on_step_end(self)"
new = """\
                callback.on_step_end(self)
            self._schedule("step", self.steps[-1][0])
"""
function = "Trainer._train_step"
old = 'self._schedule("step", loss)'
new = "pass"
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]

# %% mutant: schedule_before_the_step
"""The schedule is stepped before the step that it is to follow."""

function = "Trainer._train_step"
old = "lr, random = self.lr, default_generator.get_state()"
new = """\
self._schedule("step", 0.0)
lr, random = self.lr, default_generator.get_state()"""
old = 'self._schedule("step", loss)'
new = "pass"
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]

# %% mutant: schedule_forgotten
"""The schedule is never stepped."""

function = "Trainer._schedule"
old = "if self.scheduler is not None and self.schedule_per == per:"
new = "if False:"
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]

# %% mutant: schedule_per_batch
"""The schedule moves with every batch of a group."""

function = "Trainer._train_step"
old = 'self._schedule("step", loss)'
new = """\
for _ in group:
    self._schedule("step", loss)"""
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]

# %% mutant: schedule_per_swapped
"""A schedule per epoch is stepped per step as well."""

function = "Trainer._schedule"
old = "self.schedule_per == per"
new = '(self.schedule_per == per or per == "step")'
tests = ["07_training/test_training.py"]

# %% mutant: schedule_twice
"""The schedule goes on by two epochs an epoch."""

function = "Trainer._end_epoch"
old = 'self._schedule("epoch", row.get("val_loss", row["loss"]))'
new = """\
for _ in range(2):
    self._schedule("epoch", row.get("val_loss", row["loss"]))"""
tests = ["07_training/test_training.py"]

# %% mutant: scheduler_lost
"""A resumed schedule begins again."""

function = "Trainer.load_state_dict"
old = 'self.scheduler.load_state_dict(state["scheduler"])'
new = "pass"
tests = ["07_training/test_training.py"]

# %% mutant: statistics_move_in_evaluation
"""The model is evaluated in training: dropout acts, statistics move."""

function = "evaluating"
old = "model.eval()"
new = ""
tests = ["07_training/test_training.py"]

# %% mutant: statistics_poisoned
"""A batch that is not finite stays in the running statistics."""

function = "Trainer._train_step"
old = "buffer.copy_(kept)"
new = "pass"
tests = ["integration/test_training_flow.py"]

# %% mutant: step_before_backward
"""The step is taken with the gradients of the batch before."""

function = "training_step"
old = """\
optimizer.zero_grad()
loss = accumulate(model, loss_fn, batches)"""
new = """\
optimizer.step()
optimizer.zero_grad()
loss = accumulate(model, loss_fn, batches)"""
old = """\
optimizer.step()
return loss, norm"""
new = "return loss, norm"
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]

# %% mutant: stepped_for_each_batch
"""Every batch takes a step: nothing is accumulated."""

function = "Trainer._train_epoch"
old = "self.accumulation_steps)"
new = "1)"
tests = ["07_training/test_training.py"]

# %% mutant: sum_of_squares_without_root
"""The joint norm lacks its root."""

function = "clip_grad_norm_"
old = "total = np.linalg.norm(norms, norm_type)"
new = "total = np.linalg.norm(norms, norm_type) ** 2"
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]

# %% mutant: two_steps
"""The step is taken twice."""

function = "training_step"
old = "optimizer.step()"
new = """\
optimizer.step()
optimizer.step()"""
tests = ["07_training/test_training.py"]

# %% mutant: weights_lost
"""A resumed run keeps its fresh weights."""

function = "Trainer.load_state_dict"
old = 'self.model.load_state_dict(state["model"])'
new = ""
tests = ["07_training/test_training.py"]

# %% mutant: weights_of_a_copy
"""The trainer trains a copy of the model."""

function = "Trainer.__init__"
old = "self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn"
new = """\
import copy

self.model, self.optimizer, self.loss_fn = copy.deepcopy(model), optimizer, loss_fn"""
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]

# %% mutant: write_not_atomic
"""The checkpoint is written over the old one."""

function = "write_atomically"
old = "os.replace(temporary, path)"
new = "path.write_bytes(content)"
tests = ["07_training/test_training.py"]

# %% alternative: data_synced_and_renamed
"""A checkpoint's data is synced without its dates, and `os.rename` gives it its name."""

function = "write_atomically"
old = "os.fsync(file.fileno())"
new = 'getattr(os, "fdatasync", os.fsync)(file.fileno())'
old = "os.replace(temporary, path)"
new = "os.rename(temporary, path)"
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]

# %% alternative: evaluation_module_by_module
"""Every module is switched by itself, and from innermost to outermost back."""

function = "evaluating"
old = "model.eval()"
new = """\
for module, _ in modes:
    module.training = False
modes.reverse()"""
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]

# %% alternative: norm_from_one_array
"""The joint norm is that of all gradients in one array."""

function = "clip_grad_norm_"
old = """\
norms = [np.linalg.norm(g.numpy().ravel(), norm_type) for g in gradients]
total = np.linalg.norm(norms, norm_type)"""
new = """\
flat = np.concatenate([g.numpy().ravel() for g in gradients])
total = np.linalg.norm(flat, norm_type)"""
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]

# %% alternative: schedule_after_the_row
"""The row is in the history before the schedule steps."""

function = "Trainer._end_epoch"
old = """\
self._schedule("epoch", row.get("val_loss", row["loss"]))
self.history.rows.append(row)"""
new = """\
self.history.rows.append(row)
self._schedule("epoch", row.get("val_loss", row["loss"]))"""
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]

# %% alternative: shares_scaled_afterwards
"""Batches count by their samples; what was added up is divided by all samples at the end."""

function = "training_step"
old = "loss = accumulate(model, loss_fn, batches)"
new = """\
loss, count = 0.0, sum(samples(batch) for batch in batches)
for batch in batches:
    whole = batch_loss(model, loss_fn, batch) * float(samples(batch))
    whole.backward()
    loss += whole.item() / count
for group in optimizer.param_groups:
    for g in gradients_of(group['params']):
        g *= 1 / count"""
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]

# %% alternative: training_mode_each_step
"""The model is put into training before every step instead of every epoch."""

function = "training_step"
old = "optimizer.zero_grad()"
new = """\
model.train()
optimizer.zero_grad()"""
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]

# %% alternative: zero_after_the_step
"""Gradients are cleared before an epoch and after each step, instead of before each forward."""

function = "training_step"
old = "optimizer.zero_grad()"
new = ""
function = "Trainer.fit"
old = "self.model.train()"
new = """\
self.model.train()
self.optimizer.zero_grad()"""
function = "Trainer._train_epoch"
old = "                callback.on_step_end(self)"
new = """\
                callback.on_step_end(self)
            self.optimizer.zero_grad()
"""
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]

# %% alternative: zero_between_forward_and_backward
"""Gradients are cleared after the first forward pass of a group, before its backward pass."""

function = "training_step"
old = """\
optimizer.zero_grad()
loss = accumulate(model, loss_fn, batches)"""
new = """\
count = sum(samples(batch) for batch in batches)
loss = 0.0
for i, batch in enumerate(batches):
    share = batch_loss(model, loss_fn, batch) * (samples(batch) / count)
    if i == 0:
        optimizer.zero_grad()
    share.backward()
    loss += share.item()"""
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]

# %% alternative: zero_in_place
"""Gradients are filled with zeros instead of being let go of."""

function = "training_step"
old = "optimizer.zero_grad()"
new = "optimizer.zero_grad(set_to_none=False)"
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]

# %% alternative: zero_twice
"""Gradients are cleared before the forward pass, and once more: nothing is left to clear."""

function = "training_step"
old = "optimizer.zero_grad()"
new = """\
optimizer.zero_grad()
optimizer.zero_grad()"""
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
