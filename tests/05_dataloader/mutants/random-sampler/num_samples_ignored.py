"""One index an example, whatever num_samples says."""
if self.replacement:
    yield from randint(0, count, (count,), generator=self.generator).tolist()
else:
    yield from randperm(count, generator=self.generator).tolist()
