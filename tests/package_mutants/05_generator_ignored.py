"""The order comes from the default generator, whatever is given."""

module = "dataloader"
function = "RandomSampler.__iter__"
old = "randperm(count, generator=self.generator)"
new = "randperm(count)"
