"""The short last batch is not counted."""
batches = count // batch_size
return batches, min(batches, num_workers * prefetch_factor + 2) * batch_size * item_bytes
