# %% mutant: first_two_parts
"""Written for two parts: a third is the second one again."""

old = "start += size"
new = "start = sizes[0]"

# %% mutant: fixed_seed
"""A generator is made inside, always with the same seed."""

old = "order = randperm(len(dataset), generator=generator).tolist()"
new = "order = np.random.default_rng(0).permutation(len(dataset)).tolist()"

# %% mutant: fractions_as_sizes
"""Cuts by `lengths`, not by `sizes`: fractions end in a TypeError."""

old = "for size in sizes:"
new = "for size in lengths:"

# %% mutant: generator_ignored
"""The generator is not used."""

old = "order = randperm(len(dataset), generator=generator).tolist()"
new = "order = randperm(len(dataset)).tolist()"

# %% mutant: last_lost
"""Off by one: the last index of each part is lost."""

old = "parts.append(Subset(dataset, order[start : start + size]))"
new = "parts.append(Subset(dataset, order[start : start + size - 1]))"

# %% mutant: none_is_a_seed
"""Without a generator the order is always the same."""

from tinytorch.core.tensor import Generator

order = randperm(len(dataset), generator=generator or Generator(0)).tolist()
return [Subset(dataset, [order.pop() for _ in range(size)]) for size in sizes]

# %% mutant: not_shuffled
"""The parts are cut from the order of the dataset."""

old = "order = randperm(len(dataset), generator=generator).tolist()"
new = "order = list(range(len(dataset)))"

# %% mutant: numpy_integers
"""NumPy's integers, not Python's."""

old = "order = randperm(len(dataset), generator=generator).tolist()"
new = "order = list(randperm(len(dataset), generator=generator).numpy())"

# %% mutant: order_per_part
"""A part is shuffled and the parts are not: each is a stretch of the data."""

parts, start = [], 0
for size in sizes:
    order = [start + i for i in randperm(size, generator=generator).tolist()]
    parts.append(Subset(dataset, order))
    start += size
return [*parts[1:], parts[0]]

# %% mutant: overlap
"""Each part draws an order of its own: parts overlap."""

return [
    Subset(dataset, randperm(len(dataset), generator=generator).tolist()[:size]) for size in sizes
]

# %% mutant: shares_an_index
"""Off by one: each part begins with the last index of the part before."""

old = "parts.append(Subset(dataset, order[start : start + size]))"
new = "parts.append(Subset(dataset, order[max(start - 1, 0) : start + size]))"

# %% mutant: tensors_stay
"""The indices stay a tensor."""

old = "order = randperm(len(dataset), generator=generator).tolist()"
new = "order = randperm(len(dataset), generator=generator)"

# %% mutant: with_replacement
"""Indices are drawn anew each time: some come twice."""

old = "order = randperm(len(dataset), generator=generator).tolist()"
new = "order = randint(0, len(dataset), (len(dataset),), generator=generator).tolist()"

# %% edge: cut_from_the_end
"""Cuts by a negative place, which for an empty part is 0: all that is left."""

order = randperm(len(dataset), generator=generator).tolist()
parts = []
for size in sizes:
    parts.append(Subset(dataset, order[-size:]))
    order = order[:-size]
return parts

# %% alternative: by_split
"""Pieces by np.split, at the running sums."""

order = randperm(len(dataset), generator=generator).numpy()
pieces = np.split(order, np.cumsum(sizes)[:-1])
return [Subset(dataset, [int(i) for i in piece]) for piece in pieces]

# %% alternative: cumsum
"""Ends by a running sum."""

order = randperm(len(dataset), generator=generator).tolist()
ends = [sum(sizes[: i + 1]) for i in range(len(sizes))]
return [Subset(dataset, order[end - size : end]) for size, end in zip(sizes, ends, strict=True)]

# %% alternative: pop
"""Indices are taken off one shuffled list."""

order = randperm(len(dataset), generator=generator).tolist()
return [Subset(dataset, [order.pop() for _ in range(size)]) for size in sizes]
