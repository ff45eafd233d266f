"""Every epoch has the same random order."""

module = "dataloader"
function = "RandomSampler.__iter__"
old = "randperm(count, generator=self.generator).tolist()"
new = "np.random.default_rng(0).permutation(count).tolist()"
