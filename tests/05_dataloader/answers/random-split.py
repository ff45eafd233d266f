# %% mutant: first_two_parts
"""Written for two parts: a third is the second one again."""

old = "start += size"
new = "start = sizes[0]"

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

old = "order = randperm(len(dataset), generator=generator).tolist()"
new = "order = list(range(len(dataset)))"

# %% mutant: overlap
"""Each part draws an order of its own: parts overlap."""

return [
    Subset(dataset, randperm(len(dataset), generator=generator).tolist()[:size]) for size in sizes
]

# %% mutant: shares_an_index
"""Off by one: each part begins with the last index of the part before."""

old = "parts.append(Subset(dataset, order[start : start + size]))"
new = "parts.append(Subset(dataset, order[max(start - 1, 0) : start + size]))"

# %% mutant: with_replacement
"""Indices are drawn anew each time: some come twice."""

old = "order = randperm(len(dataset), generator=generator).tolist()"
new = "order = randint(0, len(dataset), (len(dataset),), generator=generator).tolist()"

# %% alternative: cumsum
"""Ends by a running sum."""

order = randperm(len(dataset), generator=generator).tolist()
ends = [sum(sizes[: i + 1]) for i in range(len(sizes))]
return [Subset(dataset, order[end - size : end]) for size, end in zip(sizes, ends, strict=True)]

# %% alternative: pop
"""Indices are taken off one shuffled list."""

order = randperm(len(dataset), generator=generator).tolist()
return [Subset(dataset, [order.pop() for _ in range(size)]) for size in sizes]
