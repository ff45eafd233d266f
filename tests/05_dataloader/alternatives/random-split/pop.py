"""Indices are taken off one shuffled list."""
order = randperm(len(dataset), generator=generator).tolist()
return [Subset(dataset, [order.pop() for _ in range(size)]) for size in sizes]
