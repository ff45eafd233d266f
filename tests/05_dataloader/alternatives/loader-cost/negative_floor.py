"""Rounded up by negative division."""
batches = count // batch_size if drop_last else -(-count // batch_size)
return (batches, item_bytes * batch_size * min(num_workers * prefetch_factor + 2, batches))
