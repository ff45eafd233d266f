"""Takes all indices before the first batch."""
indices = list(self.sampler)
for start in range(0, len(indices), self.batch_size):
    batch = indices[start : start + self.batch_size]
    if len(batch) == self.batch_size or not self.drop_last:
        yield batch
