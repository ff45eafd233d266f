"""Places are counted, not lists measured."""
batch = []
for place, index in enumerate(self.sampler, start=1):
    batch += [index]
    if place % self.batch_size == 0:
        yield batch
        batch = []
if not self.drop_last and len(batch) > 0:
    yield batch
