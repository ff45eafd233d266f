"""The parts are cut from the order of the dataset."""
parts, start = [], 0
for size in sizes:
    parts.append(Subset(dataset, list(range(start, start + size))))
    start += size
return parts
