"""Slices of one iterator."""
import itertools
indices = iter(self.sampler)
while batch := list(itertools.islice(indices, self.batch_size)):
    if len(batch) == self.batch_size or not self.drop_last:
        yield batch
