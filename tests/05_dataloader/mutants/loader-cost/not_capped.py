"""More batches in memory than the epoch has."""
batches = count // batch_size if drop_last else math.ceil(count / batch_size)
return batches, max(2, num_workers * prefetch_factor + 1) * batch_size * item_bytes
