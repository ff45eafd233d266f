# %% mutant: generator_ignored
"""The default generator, whichever was given."""

old = "yield from randint(0, count, (self.num_samples,), generator=self.generator).tolist()"
new = "yield from randint(0, count, (self.num_samples,)).tolist()"
old = "yield from randperm(count, generator=self.generator).tolist()[:missing]"
new = "yield from randperm(count).tolist()[:missing]"

# %% mutant: generator_ignored_in_draws
"""With replacement the default generator, whichever was given."""

old = "yield from randint(0, count, (self.num_samples,), generator=self.generator).tolist()"
new = "yield from randint(0, count, (self.num_samples,)).tolist()"

# %% mutant: last_never
"""Off by one: the last example is never drawn."""

old = "yield from randint(0, count, (self.num_samples,), generator=self.generator).tolist()"
new = "yield from randint(0, count - 1, (self.num_samples,), generator=self.generator).tolist()"

# %% mutant: not_shuffled
"""The order of the dataset."""

yield from range(self.num_samples)

# %% mutant: num_samples_ignored
"""One index an example, whatever num_samples says."""

old = "yield from randint(0, count, (self.num_samples,), generator=self.generator).tolist()"
new = "yield from randint(0, count, (count,), generator=self.generator).tolist()"
old = "missing = self.num_samples"
new = "missing = count"

# %% mutant: numpy_draws
"""NumPy's global draws, which manual_seed does not know."""

rng = np.random.default_rng()
if self.replacement:
    yield from rng.integers(0, count, self.num_samples).tolist()
missing = 0 if self.replacement else self.num_samples
while missing > 0:
    yield from rng.permutation(count).tolist()[:missing]
    missing -= count

# %% mutant: one_order_only
"""No second order when more indices are wanted than there are."""

old = "while missing > 0:"
new = "if missing > 0:"

# %% mutant: order_of_num_samples
"""An order of the first num_samples indices: the rest of the data is never seen."""

old = "yield from randperm(count, generator=self.generator).tolist()[:missing]"
new = "yield from randperm(min(count, missing), generator=self.generator).tolist()"

# %% mutant: remainder
"""One long order and a remainder: an index comes again before the others came."""

if self.replacement:
    yield from randint(0, count, (self.num_samples,), generator=self.generator).tolist()
else:
    order = randperm(max(self.num_samples, count), generator=self.generator).tolist()
    yield from (index % count for index in order[: self.num_samples])

# %% mutant: replacement_always
"""Drawn with replacement: some come twice, others never."""

yield from randint(0, count, (self.num_samples,), generator=self.generator).tolist()

# %% mutant: replacement_ignored
"""Without replacement, whatever was asked for."""

missing = self.num_samples
while missing > 0:
    yield from randperm(count, generator=self.generator).tolist()[:missing]
    missing -= count

# %% mutant: returned
"""Returns a list where an iterator is asked for, a TypeError."""

if self.replacement:
    return randint(0, count, (self.num_samples,), generator=self.generator).tolist()
order = []
while len(order) < self.num_samples:
    order += randperm(count, generator=self.generator).tolist()
return order[: self.num_samples]

# %% mutant: returned_beside_yield
"""Returns the draws in a function that yields elsewhere: nothing is handed out."""

old = "yield from randint(0, count, (self.num_samples,), generator=self.generator).tolist()"
new = "return randint(0, count, (self.num_samples,), generator=self.generator).tolist()"

# %% mutant: same_order_each_epoch
"""A generator seeded inside: the same order in each epoch."""

old = "yield from randperm(count, generator=self.generator).tolist()[:missing]"
new = """\
from tinytorch.core.tensor import Generator

yield from randperm(count, generator=Generator(0)).tolist()[:missing]"""

# %% mutant: same_order_repeated
"""More indices are the one order again."""

old = "missing = self.num_samples"
new = """\
missing = self.num_samples
order = randperm(count, generator=self.generator).tolist()"""
old = "yield from randperm(count, generator=self.generator).tolist()[:missing]"
new = "yield from order[:missing]"

# %% mutant: tensors_handed_out
"""Indices are tensors."""

old = "yield from randint(0, count, (self.num_samples,), generator=self.generator).tolist()"
new = "yield from randint(0, count, (self.num_samples,), generator=self.generator)"
old = "yield from randperm(count, generator=self.generator).tolist()[:missing]"
new = "yield from randperm(count, generator=self.generator)[:missing]"

# %% edge: single_index_left
"""Off by one: a last index that is alone never comes."""

old = "while missing > 0:"
new = "while missing > 1:"

# %% alternative: one_by_one
"""Counts what it hands out."""

left = self.num_samples
while left > 0:
    if self.replacement:
        draws = [randint(0, count, (1,), generator=self.generator).item()]
    else:
        draws = randperm(count, generator=self.generator).tolist()
    for index in draws[:left]:
        yield index
        left -= 1

# %% alternative: returns_an_iterator
"""Gathers all, and returns an iterator of them."""

if self.replacement:
    return iter(randint(0, count, (self.num_samples,), generator=self.generator).tolist())
order = []
while len(order) < self.num_samples:
    order += randperm(count, generator=self.generator).tolist()
return iter(order[: self.num_samples])

# %% alternative: whole_orders
"""So many whole orders and a rest."""

if self.replacement:
    for _ in range(self.num_samples):
        yield int(randint(0, count, (1,), generator=self.generator).item())
    return
whole, rest = divmod(self.num_samples, count)
for _ in range(whole):
    yield from randperm(count, generator=self.generator).tolist()
if rest:
    yield from randperm(count, generator=self.generator).tolist()[:rest]
