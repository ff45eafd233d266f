"""So many whole orders and a rest."""
if self.replacement:
    for _ in range(self.num_samples):
        yield int(randint(0, count, (1,), generator=self.generator).item())
    return
whole, rest = divmod(self.num_samples, count)
for _ in range(whole):
    yield from randperm(count, generator=self.generator).tolist()
if rest:
    yield from randperm(count, generator=self.generator).tolist()[:rest]
