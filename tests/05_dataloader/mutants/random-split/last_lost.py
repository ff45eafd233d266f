"""Off by one: the last index of each part is lost."""
order = randperm(len(dataset), generator=generator).tolist()
parts, start = [], 0
for size in sizes:
    parts.append(Subset(dataset, order[start : start + size - 1]))
    start += size
return parts
