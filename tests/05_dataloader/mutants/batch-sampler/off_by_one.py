"""Batches of one more than asked for."""
batch = []
for index in self.sampler:
    batch.append(index)
    if len(batch) > self.batch_size:
        yield batch
        batch = []
if batch and not self.drop_last:
    yield batch
