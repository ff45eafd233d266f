# %% mutant: all_at_once
"""Takes all indices before the first batch."""

old = "for index in self.sampler:"
new = "for index in list(self.sampler):"

# %% mutant: by_value
"""Asks the index, not the count, whether a batch is full: right for a range only."""

batch = []
for index in self.sampler:
    batch.append(index)
    if (index + 1) % self.batch_size == 0:
        yield batch
        batch = []
if batch and not self.drop_last:
    yield batch

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

# %% mutant: read_too_far
"""Hands a full batch out when the next index comes: the sampler is read one too far."""

batch = []
for index in self.sampler:
    if len(batch) == self.batch_size:
        yield batch
        batch = []
    batch.append(index)
if len(batch) == self.batch_size or (batch and not self.drop_last):
    yield batch

# %% mutant: tuples
"""Tuples of indices where lists are asked for."""

import itertools

indices = iter(self.sampler)
while batch := tuple(itertools.islice(indices, self.batch_size)):
    if len(batch) == self.batch_size or not self.drop_last:
        yield batch

# %% edge: iterator_on_self
"""The iterator belongs to the sampler: a second loop takes the indices of the first."""

import itertools

self.indices = iter(self.sampler)
while batch := list(itertools.islice(self.indices, self.batch_size)):
    if len(batch) == self.batch_size or not self.drop_last:
        yield batch

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

# %% alternative: next_in_a_row
"""Asks for each index by next, with a mark for the end."""

indices, end = iter(self.sampler), object()
index = next(indices, end)
while index is not end:
    batch = [index]
    while len(batch) < self.batch_size and (index := next(indices, end)) is not end:
        batch.append(index)
    if len(batch) == self.batch_size:
        yield batch
        index = next(indices, end)
    elif not self.drop_last:
        yield batch
