# %% mutant: kept_without_a_copy
"""The state is kept as it comes from `state_dict`: it lives in the model's memory, and moves along."""

old = "kept, found = copy.deepcopy((model.state_dict(), optimizer.state_dict())), []"
new = "kept, found = (model.state_dict(), optimizer.state_dict()), []"

# %% mutant: optimizer_forgotten
"""The weights come back; the rates and the momentum stay as the test left them."""

old = "optimizer.load_state_dict(kept[1])"
new = ""

# %% mutant: first_group_only
"""The rate is raised in the first group only."""

old = """\
for group in optimizer.param_groups:
    group["lr"] = float(rate)"""
new = 'optimizer.param_groups[0]["lr"] = float(rate)'

# %% mutant: equal_steps
"""The rates grow by one step, not by one factor: nearly all of them are large."""

old = "np.geomspace(lowest, highest, len(batches))"
new = "np.linspace(lowest, highest, len(batches))"

# %% mutant: not_after_an_error
"""After an error nothing is put back."""

old = """\
except FloatingPointError:
    pass
finally:
    model.load_state_dict(kept[0])
    optimizer.load_state_dict(kept[1])"""
new = """\
except FloatingPointError:
    pass
model.load_state_dict(kept[0])
optimizer.load_state_dict(kept[1])"""

# %% mutant: nan_raised
"""The FloatingPointError of the step that is not finite comes through."""

old = """\
except FloatingPointError:
    pass
finally:"""
new = "finally:"

# %% alternative: factors
"""Each rate is the one before times a factor; copies by hand; the loop left by break."""

weights = {name: value.numpy().copy() for name, value in model.state_dict().items()}
saved = copy.deepcopy(optimizer.state_dict())
factor = (highest / lowest) ** (1 / max(len(batches) - 1, 1))
rate, pairs = lowest, []
try:
    for batch in batches:
        for group in optimizer.param_groups:
            group["lr"] = rate
        try:
            loss, _ = training_step(model, optimizer, loss_fn, [batch])
        except FloatingPointError:
            break
        pairs.append((rate, loss))
        rate *= factor
finally:
    optimizer.load_state_dict(saved)
    model.load_state_dict(weights)
return pairs
