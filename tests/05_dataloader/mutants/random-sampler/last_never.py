"""Off by one: the last example is never drawn."""
if self.replacement:
    yield from randint(0, count - 1, (self.num_samples,), generator=self.generator).tolist()
else:
    missing = self.num_samples
    while missing > 0:
        yield from randperm(count, generator=self.generator).tolist()[:missing]
        missing -= count
