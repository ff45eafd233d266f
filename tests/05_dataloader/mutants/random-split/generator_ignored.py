"""The generator is not used."""
order = randperm(len(dataset)).tolist()
parts, start = [], 0
for size in sizes:
    parts.append(Subset(dataset, order[start : start + size]))
    start += size
return parts
