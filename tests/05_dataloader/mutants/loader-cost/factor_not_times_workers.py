"""prefetch_factor is taken for all workers together."""
batches = count // batch_size if drop_last else math.ceil(count / batch_size)
ahead = prefetch_factor if num_workers else 0
return batches, min(batches, max(2, ahead + 1)) * batch_size * item_bytes
