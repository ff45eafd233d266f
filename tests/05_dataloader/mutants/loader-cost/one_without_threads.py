"""Without threads only one batch is counted."""
batches = count // batch_size if drop_last else math.ceil(count / batch_size)
return batches, min(batches, num_workers * prefetch_factor + 1) * batch_size * item_bytes
