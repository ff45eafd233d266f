"""drop_last is ignored."""
batches = math.ceil(count / batch_size)
return batches, min(batches, num_workers * prefetch_factor + 2) * batch_size * item_bytes
