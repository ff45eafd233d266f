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
