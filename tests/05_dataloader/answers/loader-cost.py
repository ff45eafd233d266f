# %% mutant: drop_last_ignored
"""drop_last is ignored."""

batches = math.ceil(count / batch_size)
return batches, min(batches, max(2, num_workers * prefetch_factor + 1)) * batch_size * item_bytes

# %% mutant: factor_not_times_workers
"""prefetch_factor is taken for all workers together."""

batches = count // batch_size if drop_last else math.ceil(count / batch_size)
ahead = prefetch_factor if num_workers else 0
return batches, min(batches, max(2, ahead + 1)) * batch_size * item_bytes

# %% mutant: loop_forgotten
"""The batch that the loop works on is forgotten."""

batches = count // batch_size if drop_last else math.ceil(count / batch_size)
return batches, min(batches, max(2, num_workers * prefetch_factor)) * batch_size * item_bytes

# %% mutant: not_capped
"""More batches in memory than the epoch has."""

batches = count // batch_size if drop_last else math.ceil(count / batch_size)
return batches, max(2, num_workers * prefetch_factor + 1) * batch_size * item_bytes

# %% mutant: one_too_many
"""Another batch, also when they come out even."""

batches = count // batch_size + (not drop_last)
return batches, min(batches, max(2, num_workers * prefetch_factor + 1)) * batch_size * item_bytes

# %% mutant: one_without_threads
"""Without threads only one batch is counted."""

batches = count // batch_size if drop_last else math.ceil(count / batch_size)
return batches, min(batches, num_workers * prefetch_factor + 1) * batch_size * item_bytes

# %% mutant: short_batch_lost
"""The short last batch is not counted."""

batches = count // batch_size
return batches, min(batches, max(2, num_workers * prefetch_factor + 1)) * batch_size * item_bytes

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
