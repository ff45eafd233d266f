"""Rounded up by negative division."""
batches = count // batch_size if drop_last else -(-count // batch_size)
waiting = num_workers * prefetch_factor or 1
return (batches, item_bytes * batch_size * min(waiting + 1, batches))
