"""Written for two parts: a third is the second one again."""
order = randperm(len(dataset), generator=generator).tolist()
cut = sizes[0]
return [
    Subset(dataset, order[:cut] if i == 0 else order[cut : cut + size])
    for i, size in enumerate(sizes)
]
