"""With drop_last a full last batch is left out as well."""
batch = []
for index in self.sampler:
    if len(batch) == self.batch_size:
        yield batch
        batch = []
    batch.append(index)
if batch and not self.drop_last:
    yield batch
