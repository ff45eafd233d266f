"""Each part draws an order of its own: parts overlap."""
return [
    Subset(dataset, randperm(len(dataset), generator=generator).tolist()[:size]) for size in sizes
]
