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

# %% mutant: rounded
"""Rounded to the nearest: less than half a batch is not counted."""

old = "batches = count // batch_size if drop_last else math.ceil(count / batch_size)"
new = "batches = count // batch_size if drop_last else round(count / batch_size)"

# %% mutant: short_batch_as_it_is
"""All examples of a short epoch, not full batches."""

old = "return batches, held * batch_size * item_bytes"
new = "return batches, min(count, held * batch_size) * item_bytes"

# %% mutant: short_batch_lost
"""The short last batch is not counted."""

old = "batches = count // batch_size if drop_last else math.ceil(count / batch_size)"
new = "batches = count // batch_size"

# %% mutant: worker_holds_one
"""One more batch for each worker, besides those ahead."""

old = "ahead = num_workers * prefetch_factor"
new = "ahead = num_workers * (prefetch_factor + 1)"

# %% edge: two_of_one
"""At least two in memory, even if the epoch has only one."""

old = "held = min(batches, max(2, ahead + 1))"
new = "held = max(2, min(batches, ahead + 1))"

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
