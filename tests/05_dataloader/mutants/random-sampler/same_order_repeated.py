"""More indices are the one order again."""
if self.replacement:
    yield from randint(0, count, (self.num_samples,), generator=self.generator).tolist()
else:
    order = randperm(count, generator=self.generator).tolist()
    for i in range(self.num_samples + 1):
        yield order[i % count]
