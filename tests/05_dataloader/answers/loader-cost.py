# %% mutant: drop_last_ignored
"""drop_last is ignored."""

old = "batches = count // batch_size if drop_last else math.ceil(count / batch_size)"
new = "batches = math.ceil(count / batch_size)"

# %% mutant: factor_not_times_workers
"""prefetch_factor is taken for all workers together."""

old = "ahead = num_workers * prefetch_factor"
new = "ahead = prefetch_factor if num_workers else 0"

# %% mutant: loop_forgotten
"""The batch that the loop works on is forgotten."""

old = "held = min(batches, max(2, ahead + 1))"
new = "held = min(batches, max(2, ahead))"

# %% mutant: not_capped
"""More batches in memory than the epoch has."""

old = "held = min(batches, max(2, ahead + 1))"
new = "held = max(2, ahead + 1)"

# %% mutant: one_too_many
"""Another batch, also when they come out even."""

old = "batches = count // batch_size if drop_last else math.ceil(count / batch_size)"
new = "batches = count // batch_size + (not drop_last)"

# %% mutant: one_without_threads
"""Without threads only one batch is counted."""

old = "held = min(batches, max(2, ahead + 1))"
new = "held = min(batches, ahead + 1)"

# %% mutant: short_batch_lost
"""The short last batch is not counted."""

old = "batches = count // batch_size if drop_last else math.ceil(count / batch_size)"
new = "batches = count // batch_size"

# %% alternative: by_remainder
"""The short batch by a remainder."""

batches, rest = divmod(count, batch_size)
if rest and not drop_last:
    batches += 1
in_memory = 1 + prefetch_factor * num_workers
if num_workers == 0:
    in_memory = 2
if in_memory > batches:
    in_memory = batches
return batches, in_memory * (batch_size * item_bytes)

# %% alternative: negative_floor
"""Rounded up by negative division."""

batches = count // batch_size if drop_last else -(-count // batch_size)
waiting = num_workers * prefetch_factor or 1
return (batches, item_bytes * batch_size * min(waiting + 1, batches))
