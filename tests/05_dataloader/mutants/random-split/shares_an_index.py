"""Off by one: each part begins with the last index of the part before."""
order = randperm(len(dataset), generator=generator).tolist()
parts, end = [], 0
for size in sizes:
    end += size
    parts.append(Subset(dataset, order[max(end - size - 1, 0) : end]))
return parts
