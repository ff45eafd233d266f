"""The short batch by a remainder."""
batches, rest = divmod(count, batch_size)
if rest and not drop_last:
    batches += 1
waiting = prefetch_factor * num_workers
in_memory = 2 + waiting
if in_memory > batches:
    in_memory = batches
return batches, in_memory * (batch_size * item_bytes)
