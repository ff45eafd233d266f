"""The short last batch is never left out."""
batch = []
for index in self.sampler:
    batch.append(index)
    if len(batch) == self.batch_size:
        yield batch
        batch = []
if batch:
    yield batch
