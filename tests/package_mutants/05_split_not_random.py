"""A split cuts the dataset in its own order."""

module = "dataloader"
function = "random_split"
old = "order = randperm(len(dataset), generator=generator).tolist()"
new = "order = list(range(len(dataset)))"
