# %% mutant: all_at_once
"""Takes all indices before the first batch."""

old = "for index in self.sampler:"
new = "for index in list(self.sampler):"

# %% mutant: cleared
"""One list, emptied after it was handed out."""

old = """\
yield batch
batch = []"""
new = """\
yield batch
batch.clear()"""

# %% mutant: drop_last_ignored
"""The short last batch is never left out."""

old = "if batch and not self.drop_last:"
new = "if batch:"

# %% mutant: empty_last
"""An empty batch at the end when they come out even."""

old = "if batch and not self.drop_last:"
new = "if not self.drop_last:"

# %% mutant: last_dropped
"""The short last batch is always left out."""

old = """\
if batch and not self.drop_last:
    yield batch"""
new = ""

# %% mutant: last_full_dropped
"""With drop_last a full last batch is left out as well."""

old = """\
batch.append(index)
if len(batch) == self.batch_size:
    yield batch
    batch = []"""
new = """\
if len(batch) == self.batch_size:
    yield batch
    batch = []
batch.append(index)"""

# %% mutant: off_by_one
"""Batches of one more than asked for."""

old = "if len(batch) == self.batch_size:"
new = "if len(batch) > self.batch_size:"

# %% mutant: own_order
"""Counts by itself: the sampler's order is lost."""

count = len(self.sampler)
stop = count - count % self.batch_size if self.drop_last else count
for start in range(0, stop, self.batch_size):
    yield list(range(start, min(start + self.batch_size, count)))

# %% alternative: countdown
"""Places are counted, not lists measured."""

batch = []
for place, index in enumerate(self.sampler, start=1):
    batch += [index]
    if place % self.batch_size == 0:
        yield batch
        batch = []
if not self.drop_last and len(batch) > 0:
    yield batch

# %% alternative: islice
"""Slices of one iterator."""

import itertools

indices = iter(self.sampler)
while batch := list(itertools.islice(indices, self.batch_size)):
    if len(batch) == self.batch_size or not self.drop_last:
        yield batch
