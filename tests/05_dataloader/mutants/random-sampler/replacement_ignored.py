"""Without replacement, whatever was asked for."""
missing = self.num_samples
while missing > 0:
    yield from randperm(count, generator=self.generator).tolist()[:missing]
    missing -= count
