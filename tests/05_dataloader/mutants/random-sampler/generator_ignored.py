"""The default generator, whichever was given."""
if self.replacement:
    yield from randint(0, count, (self.num_samples,)).tolist()
else:
    missing = self.num_samples
    while missing > 0:
        yield from randperm(count).tolist()[:missing]
        missing -= count
