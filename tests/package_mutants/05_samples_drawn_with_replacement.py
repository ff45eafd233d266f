"""Shuffling draws each example anew: some come twice, others never."""

module = "dataloader"
function = "RandomSampler.__iter__"
old = "randperm(count, generator=self.generator)"
new = "randint(0, count, (count,), generator=self.generator)"
