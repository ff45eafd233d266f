"""No second order when more indices are wanted than there are."""
if self.replacement:
    yield from randint(0, count, (self.num_samples,), generator=self.generator).tolist()
else:
    yield from randperm(count, generator=self.generator).tolist()[: self.num_samples]
