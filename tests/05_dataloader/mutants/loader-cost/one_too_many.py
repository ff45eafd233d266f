"""Another batch, also when they come out even."""
batches = count // batch_size + (not drop_last)
return batches, min(batches, max(2, num_workers * prefetch_factor + 1)) * batch_size * item_bytes
