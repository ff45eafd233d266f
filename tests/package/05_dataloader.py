# %% mutant: batches_out_of_order
"""The batches still under way at the end come last first."""

function = "prefetch"
old = """\
while waiting:
    yield waiting.popleft().result()"""
new = """\
while waiting:
    yield waiting.pop().result()"""

# %% mutant: collate_cuts_gradients
"""Examples that want gradients are stacked as bare arrays."""

function = "stacked"
old = "return stack(batch)"
new = "return Tensor(np.array([x.array for x in batch]))"

# %% mutant: draws_ignore_the_generator
"""Draws with replacement come from the default generator, whatever is given."""

function = "RandomSampler.__iter__"
old = "randint(0, count, (self.num_samples,), generator=self.generator)"
new = "randint(0, count, (self.num_samples,))"
tests = ["05_dataloader/test_dataloader.py"]

# %% mutant: drop_last_ignored
"""drop_last keeps the short last batch."""

function = "BatchSampler.__iter__"
old = "if batch and not self.drop_last:"
new = "if batch:"

# %% mutant: examples_are_arrays
"""A row of a TensorDataset holds arrays, not tensors."""

function = "TensorDataset.__getitem__"
old = "x[index]"
new = "x.numpy()[index]"

# %% mutant: examples_not_asked_for
"""The __getitem__ of a subclass, which changes examples, is passed by."""

function = "rows_of"
old = 'plain = getattr(type(dataset), "__getitem__", None) is TensorDataset.__getitem__'
new = "plain = isinstance(dataset, TensorDataset)"

# %% mutant: generator_ignored
"""The order comes from the default generator, whatever is given."""

function = "RandomSampler.__iter__"
old = "randperm(count, generator=self.generator)"
new = "randperm(count)"

# %% mutant: labels_not_shuffled
"""Images come in the drawn order, labels in that of the dataset."""

function = "rows_of"
old = "return list(dataset[indices])"
new = """\
images, *labels = dataset.tensors
return [images[list(indices)], *(x[sorted(indices)] for x in labels)]"""

# %% mutant: last_batch_dropped
"""A short last batch is dropped without being asked for."""

function = "BatchSampler.__iter__"
old = "if batch and not self.drop_last:"
new = "if batch and len(batch) == self.batch_size:"

# %% mutant: last_sample_comes_again
"""Each batch begins with the last example of the one before."""

function = "BatchSampler.__iter__"
old = """\
yield batch
batch = []"""
new = """\
yield batch
batch = batch[-1:]"""

# %% mutant: length_forgets_the_last_batch
"""len(loader) does not count a short last batch."""

function = "BatchSampler.__len__"
old = "-(-count // self.batch_size)"
new = "count // self.batch_size"

# %% mutant: same_order_every_epoch
"""Every epoch has the same random order."""

function = "RandomSampler.__iter__"
old = "randperm(count, generator=self.generator).tolist()"
new = "np.random.default_rng(0).permutation(count).tolist()"

# %% mutant: samples_drawn_with_replacement
"""Shuffling draws each example anew: some come twice, others never."""

function = "RandomSampler.__iter__"
old = "randperm(count, generator=self.generator)"
new = "randint(0, count, (count,), generator=self.generator)"

# %% mutant: shuffle_ignored
"""shuffle=True gives the order of the dataset."""

function = "DataLoader._sampler"
old = "if shuffle:"
new = "if shuffle is None:"

# %% mutant: single_index_left_out
"""The last index of an epoch is left out if it is alone in its order."""

function = "RandomSampler.__iter__"
old = "while missing > 0:"
new = "while missing > 1:"
tests = ["05_dataloader/test_dataloader.py"]

# %% mutant: split_not_random
"""A split cuts the dataset in its own order."""

function = "random_split"
old = "order = randperm(len(dataset), generator=generator).tolist()"
new = "order = list(range(len(dataset)))"

# %% mutant: split_overlaps
"""The parts of a split overlap."""

function = "random_split"
old = "order[start : start + size]"
new = "order[:size]"

# %% mutant: streams_of_the_default_generator
"""What a dataset draws follows from the default generator, whatever is given."""

function = "DataLoader.__iter__"
old = "source(self.generator).stream_seed()"
new = "default_generator.stream_seed()"
tests = ["05_dataloader/test_streams.py"]

# %% mutant: streams_repeat_every_epoch
"""A dataset draws the same numbers in every epoch."""

function = "DataLoader.__iter__"
old = "source(self.generator).stream_seed()"
new = "(source(self.generator).initial_seed(), 0)"

# %% mutant: stream_of_samplers_forgotten
"""A sampler that draws while the loop runs draws from what the loop draws from."""

function = "DataLoader.__iter__"
old = "only, init = default_generator, self.worker_init_fn"
new = "only, init = type(default_generator)(), self.worker_init_fn"

# %% mutant: subset_ignores_its_indices
"""Batches of a subset come from the start of the whole dataset."""

function = "rows_of"
old = "indices = [dataset.indices[index] for index in indices]"
new = "indices = list(indices)"

# %% mutant: worker_error_swallowed
"""A batch whose loading failed in a thread is left out in silence."""

function = "DataLoader.__iter__"
old = "return Ahead(lambda items: prefetch(job, items, **threads), items)"
new = "return (one for one, error in prefetch(job, items, **threads) if error is None)"

# %% alternative: batches_sliced
"""Batches are slices of one list of indices."""

function = "BatchSampler.__iter__"
old = """\
batch = []
for index in self.sampler:
    batch.append(index)
    if len(batch) == self.batch_size:
        yield batch
        batch = []
if batch and not self.drop_last:
    yield batch"""
new = """\
size, order = self.batch_size, list(self.sampler)
end = len(order) - len(order) % size if self.drop_last else len(order)
for start in range(0, end, size):
    yield order[start : min(start + size, end)]"""
tests = ["integration/test_dataloader_integration.py", "integration/test_training_flow.py"]
