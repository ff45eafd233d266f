"""Another batch, also when they come out even."""
batches = count // batch_size + (not drop_last)
return batches, min(batches, num_workers * prefetch_factor + 2) * batch_size * item_bytes
