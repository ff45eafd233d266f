# %% mutant: first_two_parts
"""Written for two parts: a third is the second one again."""

order = randperm(len(dataset), generator=generator).tolist()
cut = sizes[0]
return [
    Subset(dataset, order[:cut] if i == 0 else order[cut : cut + size])
    for i, size in enumerate(sizes)
]

# %% mutant: fixed_seed
"""A generator is made inside, always with the same seed."""

old = "order = randperm(len(dataset), generator=generator).tolist()"
new = "order = np.random.default_rng(0).permutation(len(dataset)).tolist()"

# %% mutant: generator_ignored
"""The generator is not used."""

old = "order = randperm(len(dataset), generator=generator).tolist()"
new = "order = randperm(len(dataset)).tolist()"

# %% mutant: last_lost
"""Off by one: the last index of each part is lost."""

old = "parts.append(Subset(dataset, order[start : start + size]))"
new = "parts.append(Subset(dataset, order[start : start + size - 1]))"

# %% mutant: not_shuffled
"""The parts are cut from the order of the dataset."""

parts, start = [], 0
for size in sizes:
    parts.append(Subset(dataset, list(range(start, start + size))))
    start += size
return parts

# %% mutant: overlap
"""Each part draws an order of its own: parts overlap."""

return [
    Subset(dataset, randperm(len(dataset), generator=generator).tolist()[:size]) for size in sizes
]

# %% mutant: shares_an_index
"""Off by one: each part begins with the last index of the part before."""

order = randperm(len(dataset), generator=generator).tolist()
parts, end = [], 0
for size in sizes:
    end += size
    parts.append(Subset(dataset, order[max(end - size - 1, 0) : end]))
return parts

# %% mutant: with_replacement
"""Indices are drawn anew each time: some come twice."""

parts = []
for size in sizes:
    parts.append(Subset(dataset, randint(0, len(dataset), (size,), generator=generator).tolist()))
return parts

# %% alternative: cumsum
"""Ends by a running sum."""

order = randperm(len(dataset), generator=generator).tolist()
ends = [sum(sizes[: i + 1]) for i in range(len(sizes))]
return [Subset(dataset, order[end - size : end]) for size, end in zip(sizes, ends, strict=True)]

# %% alternative: pop
"""Indices are taken off one shuffled list."""

order = randperm(len(dataset), generator=generator).tolist()
return [Subset(dataset, [order.pop() for _ in range(size)]) for size in sizes]
