"""An empty batch at the end when they come out even."""
batch = []
for index in self.sampler:
    batch.append(index)
    if len(batch) == self.batch_size:
        yield batch
        batch = []
if not self.drop_last:
    yield batch
