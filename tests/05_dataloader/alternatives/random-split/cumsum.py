"""Ends by a running sum."""
order = randperm(len(dataset), generator=generator).tolist()
ends = [sum(sizes[: i + 1]) for i in range(len(sizes))]
return [Subset(dataset, order[end - size : end]) for size, end in zip(sizes, ends, strict=True)]
