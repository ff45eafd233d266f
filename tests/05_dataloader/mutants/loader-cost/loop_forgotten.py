"""The batch that the loop works on is forgotten."""
batches = count // batch_size if drop_last else math.ceil(count / batch_size)
return batches, min(batches, max(2, num_workers * prefetch_factor)) * batch_size * item_bytes
