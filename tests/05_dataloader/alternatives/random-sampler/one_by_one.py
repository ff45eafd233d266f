"""Counts what it hands out."""
left = self.num_samples
while left > 0:
    if self.replacement:
        draws = [randint(0, count, (1,), generator=self.generator).item()]
    else:
        draws = randperm(count, generator=self.generator).tolist()
    for index in draws[:left]:
        yield index
        left -= 1
