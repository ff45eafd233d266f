# %% mutant: mask_not_kept
"""Set to zero once, and trained on."""

function = "hold_mask.hook"
old = 'masked = getattr(module, f"{name}_orig") * getattr(module, f"{name}_mask")'
new = 'masked = getattr(module, f"{name}_orig") * 1.0'
tests = ["integration/test_compression_integration.py"]

# %% mutant: by_sign
"""The most negative values go."""

function = "magnitude_mask"
old = "np.abs(weight)"
new = "weight"
tests = ["integration/test_compression_integration.py"]

# %% mutant: one_too_few
"""One value too few goes."""

function = "magnitude_mask"
old = "order[:count]"
new = "order[: max(count - 1, 0)]"
tests = ["integration/test_compression_integration.py"]

# %% mutant: each_layer_for_itself
"""Global pruning takes the same share of every layer."""

function = "global_masks"
old = "return [part.reshape(w.shape) for part, w in zip(parts, weights, strict=True)]"
new = """\
share = count / whole.size
return [magnitude_mask(w, round(share * w.size)) for w in weights]"""
tests = ["integration/test_compression_integration.py"]

# %% mutant: mask_not_saved
"""The mask is no part of the state."""

function = "hold_mask"
old = 'module.register_buffer(f"{name}_mask", tensor(np.asarray(mask, np.float32)))'
new = 'module.register_buffer(f"{name}_mask", tensor(np.asarray(mask, np.float32)), False)'
tests = ["integration/test_compression_integration.py"]

# %% mutant: blocks_turned
"""The columns behind a flattened channel are thought to be those of a pixel."""

function = "cut_units"
old = "blocks = following.reshape(out, units, columns // units, *rest)"
new = "blocks = following.reshape(out, columns // units, units, *rest).swapaxes(1, 2)"
tests = ["integration/test_compression_integration.py"]

# %% mutant: weakest_units
"""The weakest units are kept."""

function = "strongest"
old = 'np.argsort(-norms, kind="stable")'
new = 'np.argsort(norms, kind="stable")'
tests = ["16_compression/test_compression.py"]

# %% mutant: t_squared_missing
"""The loss lacks T squared."""

function = "distillation_loss"
old = "alpha * T**2 * divergence"
new = "alpha * divergence"
tests = ["integration/test_compression_integration.py"]

# %% mutant: the_wrong_way_round
"""The student's probabilities weigh."""

function = "distillation_loss"
old = "(wanted.exp() * (wanted - found))"
new = "(found.exp() * (found - wanted))"
tests = ["integration/test_compression_integration.py"]

# %% mutant: teacher_learns
"""The teacher gets gradients."""

function = "distillation_loss"
old = "teacher.detach()"
new = "teacher"
tests = ["integration/test_compression_integration.py"]

# %% mutant: values_on_both_sides
"""The singular values count twice."""

function = "low_rank"
old = "root = np.sqrt(s[:rank])"
new = "root = s[:rank]"
tests = ["integration/test_compression_integration.py"]

# %% alternative: by_partition
"""The order of flat absolute values, found otherwise."""

function = "magnitude_mask"
old = 'order = np.argsort(np.abs(weight).reshape(-1), kind="stable")'
new = "order = np.lexsort((np.arange(weight.size), np.abs(weight).reshape(-1)))"
tests = ["integration/test_compression_integration.py"]
