"""Counts by itself: the sampler's order is lost."""
count = len(self.sampler)
stop = count - count % self.batch_size if self.drop_last else count
for start in range(0, stop, self.batch_size):
    yield list(range(start, min(start + self.batch_size, count)))
