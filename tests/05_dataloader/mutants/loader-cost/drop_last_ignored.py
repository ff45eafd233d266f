"""drop_last is ignored."""
batches = math.ceil(count / batch_size)
return batches, min(batches, max(2, num_workers * prefetch_factor + 1)) * batch_size * item_bytes
