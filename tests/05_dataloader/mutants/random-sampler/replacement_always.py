"""Drawn with replacement: some come twice, others never."""
yield from randint(0, count, (self.num_samples,), generator=self.generator).tolist()
