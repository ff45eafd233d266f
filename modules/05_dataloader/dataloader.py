# %% [markdown]
# # 05 · Data pipelines
#
# A model learns from **mini-batches**: a few dozen examples at a time, in a new order in every
# epoch (one pass over the data). No example may be lost or come twice, and no label may end up with
# another image. In this notebook you build what hands out such batches. At the end you own
# PyTorch's `DataLoader`, with its datasets and samplers, threads that load ahead, and readers for
# two file formats; and a network trained with it reads over 92% of MNIST digits it has never seen.
#
# Each exercise has a docstring that says exactly what to write, tests to run, a few more tests that
# run when you hand in, and, folded above it, help for those who are stuck.

# %% given: imports
# %% given: notebook-imports
# %% given: tests

# %% [markdown]
# ## 1. A dataset: a length and an index
#
# A **dataset** answers two questions: how many examples are there (`len(dataset)`), and what is
# example 7 (`dataset[7]`)? So a list is a dataset already. The most common kind holds tensors of
# equal length, say images and labels, and gives row 7 of each: one index picks from all of them,
# and every label stays with its image. (`Dataset`, given, is what all datasets have in common.)
#
# **Exercise 1 · easy · 10 minutes.** Fill in `TensorDataset.__getitem__`.

# %% nbgrader={"grade_id": "tensor-dataset", "solution": true}
#| export
class TensorDataset(Dataset):
    """Examples that are rows of tensors: example 7 is the tuple of row 7 of each.

    Shapes: (n, ...) each. Raises: ValueError if the numbers of rows differ; IndexError as tensors.
    Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.TensorDataset
    """

    def __init__(self, *tensors: Tensor):
        self.tensors = rows_in(tensors, "TensorDataset")

    def __getitem__(self, index) -> tuple:
        """The rows at `index` (a number, a slice, a list of numbers): a tuple of tensors."""
        # One line.
        ### BEGIN SOLUTION
        return tuple(x[index] for x in self.tensors)
        ### END SOLUTION

    def __len__(self) -> int:
        return len(self.tensors[0])


# %% nbgrader={"grade_id": "tensor-dataset-test", "grade": true, "points": 2}
# Row 2 of an "image" tensor comes with label 2, in a tuple of tensors.
images, labels = tensor([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]), tensor([10, 11, 12])
example = TensorDataset(images, labels)[2]
true(type(example) is tuple, "what dataset[2] returns", expected="a tuple", got=str(type(example)))
equal([type(x).__name__ for x in example], ["Tensor"] * 2, "the types of what dataset[2] holds")
close(example[0], [4.0, 5.0], "the image of dataset[2]", suspects={"that is row 1": [2.0, 3.0]})
close(example[1], 12, "the label of dataset[2]", suspects={"every label came": [10, 11, 12]})

# %% nbgrader={"grade_id": "tensor-dataset-test-2", "grade": true, "points": 1}
# One tensor and three; several rows at once, rows from the end, a row that does not exist.
a, b, c = tensor([1.0, 2.0, 3.0]), tensor([4.0, 5.0, 6.0]), tensor([7, 8, 9])
equal(len(TensorDataset(a)[0]), 1, "the number of parts of an example of one tensor")
equal([x.item() for x in TensorDataset(a, b, c)[1]], [2.0, 5.0, 8], "example 1 of three tensors")
for index, rows in ((slice(0, 2), [0, 1]), ([2, 0, 2], [2, 0, 2]), (-1, 2)):
    found = TensorDataset(a, c)[index]
    equal(len(found), 2, f"the number of parts of dataset[{index}]", hint="rows of each tensor")
    for part, x, which in zip(found, (a, c), ("first", "last"), strict=True):
        close(part, x.numpy()[rows], f"the {which} part of dataset[{index}]")
with raises(IndexError, "3", "dataset[3] of 3 rows"):
    TensorDataset(a)[3]

# %% nbgrader={"grade_id": "tensor-dataset-hidden", "grade": true, "points": 1}
# Also graded: images of two dimensions, other slices and lists, other rows that do not exist.
### BEGIN HIDDEN TESTS
dataset = TensorDataset(tensor(np.arange(24.0).reshape(4, 2, 3)), tensor([3, 1, 4, 1]))
for index in (0, -4, slice(None), slice(0, 4, 2), slice(-2, None), [3], [0, -1]):
    for part, x in zip(dataset[index], dataset.tensors, strict=True):
        close(part, x.numpy()[index], f"the part of dataset[{index}] from a tensor {x.shape}")
with raises(IndexError, "-5", "dataset[-5] of 4 rows"):
    dataset[-5]
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Some for training, some for testing
#
# A model must be tested on data that it has not seen, so data is split into a **training set** and
# a **test set**. Where examples of one slip into the other (**data leakage**), the accuracy looks
# too good to be true, and it is. `random_split` cuts a dataset at random into parts, so that each
# example is in exactly one. A part is a `Subset` (given), a dataset that holds only indices into
# another.
#
# **Exercise 2 · easy · 15 minutes.** Fill in `random_split`. Two ways come to mind: draw the
# indices of each part, or draw once for all parts. Which of them puts each example into exactly one
# part? `randperm` of module 01 draws; `part_sizes` (given) has turned fractions into numbers.

# %% given: subset


# %% nbgrader={"grade_id": "random-split", "solution": true}
#| export
def random_split(dataset, lengths, generator=None) -> list[Subset]:
    """`dataset` cut at random into parts that do not overlap, a Subset for each length, in order.

    lengths: numbers that add up to len(dataset), or fractions that add up to 1.
    generator: where the random order comes from; None means the default generator.
    The indices of a Subset are a list of Python integers.
    Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.random_split
    """
    sizes = part_sizes(lengths, count_of(dataset, "random_split"))
    # About six lines.
    ### BEGIN SOLUTION
    order = randperm(len(dataset), generator=generator).tolist()
    parts, start = [], 0
    for size in sizes:
        parts.append(Subset(dataset, order[start : start + size]))
        start += size
    return parts
    ### END SOLUTION


# %% nbgrader={"grade_id": "random-split-test", "grade": true, "points": 2}
# Ten examples in parts of 7 and 3: each in exactly one part, at random.
parts = random_split("abcdefghij", [7, 3], generator=Generator(0))
equal([len(part) for part in parts], [7, 3], "the lengths of the parts")
together = [index for part in parts for index in part.indices]
equal(sorted(together), list(range(10)), "the indices of all parts together", hint="cut one list")
true(all(type(i) is int for i in together), "the indices", expected="Python integers")
true(together != sorted(together), "the order of the indices", expected="random", got="sorted")

# %% nbgrader={"grade_id": "random-split-test-2", "grade": true, "points": 1}
# Fractions, three parts, and where the random order comes from.
three = random_split(range(100, 110), [0.5, 0.3, 0.2], generator=Generator(1))
equal([len(part) for part in three], [5, 3, 2], "the lengths of parts of 50%, 30% and 20%")
seen = sorted(part[i] for part in three for i in range(len(part)))
equal(seen, list(range(100, 110)), "the examples of three parts together")
check_seeds(lambda generator: random_split(range(50), [40, 10], generator)[1].indices, "a split")

# %% nbgrader={"grade_id": "random-split-hidden", "grade": true, "points": 2}
# Also graded: fractions that leave a rest, empty parts, a split of a part.
### BEGIN HIDDEN TESTS
half, _ = random_split(range(20), [10, 10], generator=Generator(3))
for data, lengths, sizes in (
    (range(10), [1 / 3, 1 / 3, 1 / 3], [4, 3, 3]),
    (range(5), [2, 0, 3, 0], [2, 0, 3, 0]),
    (half, [6, 4], [6, 4]),
):
    parts, what = random_split(data, lengths, Generator(2)), f"{len(data)} split by {lengths}"
    equal([len(part) for part in parts], sizes, f"the lengths of {what}")
    seen = sorted(part[i] for part in parts for i in range(len(part)))
    equal(seen, sorted(data[i] for i in range(len(data))), f"the examples of {what}, together")
### END HIDDEN TESTS

# %% [markdown]
# ## 3. In which order? Samplers
#
# A **sampler** says in which order examples are used: looping over it yields indices. Data often
# comes sorted, all the zeros first, then all the ones. A network that sees nothing but ones for a
# while forgets the zeros (**catastrophic forgetting**; you will see it below). So the indices are
# shuffled, anew for each epoch: in a fixed order, the same examples would always share a batch.
#
# Looping over a sampler again begins the next epoch. The random generator goes on where it stopped,
# so the second order differs from the first, and a run from the same seed repeats both. In
# **sampling with replacement** each draw is from all indices, so some come twice and others never.
#
# **Exercise 3 · medium · 20 minutes.** Fill in `RandomSampler.__iter__`. `yield index` hands out
# one index and waits until somebody asks for the next; `yield from indices` hands out a whole list.
# (Python calls a function with `yield` a generator too. It has nothing to do with random numbers.)

# %% given: samplers


# %% nbgrader={"grade_id": "random-sampler", "solution": true}
#| export
class RandomSampler(Sampler):
    """Indices of `data_source` in random order, a new one in each epoch.

    replacement: draw each index from all of them, so that some come twice and others never.
    num_samples: how many indices an epoch has; by default one for each example.
    generator: where the random order comes from; None means the default generator.
    Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.RandomSampler
    """

    def __init__(self, data_source, replacement=False, num_samples=None, generator=None):
        self.data_source, self.replacement, self.generator = data_source, replacement, generator
        self.wanted = num_samples
        check_draws(replacement, self.num_samples)

    @property
    def num_samples(self) -> int:
        """How many indices an epoch has."""
        return count_of(self.data_source, "shuffling") if self.wanted is None else self.wanted

    def __iter__(self):
        """Yield `num_samples` indices, as Python integers.

        Without replacement, one random order of all indices follows the other: each is used up
        before the next one is drawn, and the last one is cut short.
        """
        count = len(self.data_source)
        # About seven lines.
        ### BEGIN SOLUTION
        if self.replacement:
            yield from randint(0, count, (self.num_samples,), generator=self.generator).tolist()
        else:
            missing = self.num_samples
            while missing > 0:
                yield from randperm(count, generator=self.generator).tolist()[:missing]
                missing -= count
        ### END SOLUTION

    def __len__(self) -> int:
        return self.num_samples


# %% nbgrader={"grade_id": "random-sampler-test", "grade": true, "points": 2}
# Every index once an epoch, as Python integers, in an order that changes.
sampler = RandomSampler("abcdefghijklmnopqrst", generator=Generator(0))
first, second = list(sampler), list(sampler)
got, hint = "the same order twice", "draw the order inside __iter__, from a generator that goes on"
true(first != second, "two epochs", expected="different orders", got=got, hint=hint)
hint = "is replacement the wrong way round, or .tolist() missing?"
equal(sorted(first), list(range(20)), "the indices of an epoch, sorted", hint=hint)
true(first != sorted(first), "the order of an epoch", expected="random", got="sorted")
true(all(type(i) is int for i in first), "the indices", expected="Python integers", hint=hint)

# %% nbgrader={"grade_id": "random-sampler-test-2", "grade": true, "points": 1}
# Fewer and more indices than examples, replacement, and where the random order comes from.
few = list(RandomSampler(range(50), num_samples=8, generator=Generator(1)))
equal((len(few), len(set(few))), (8, 8), "how many of 8 indices there are, and how many differ")
true(max(few) > 7, "the largest of 8 indices out of 50", expected="not below 8", got=str(max(few)))
many = list(RandomSampler(range(12), num_samples=30, generator=Generator(1)))
found, what = [len(set(many[i : i + 12])) for i in (0, 12)], "among the first 12, the next 12)"
equal((len(many), *found), (30, 12, 12), f"30 indices of 12 examples: (how many, different {what}")
true(many[:12] != many[12:24], "the next 12 of 30 indices", expected="another order")
draws = list(RandomSampler(range(5), True, 1000, Generator(2)))
counts = [draws.count(i) for i in range(5)]
fine = sum(counts) == 1000 and min(counts) > 0 and counts != [200] * 5
what, expected = "how often 5 indices come in 1,000 draws", "about 200 times each, by chance"
true(fine, what, expected=expected, got=str(counts))
check_seeds(lambda generator: list(RandomSampler(range(30), False, 30, generator)), "an epoch")
check_seeds(lambda generator: list(RandomSampler(range(30), True, 30, generator)), "draws")

# %% nbgrader={"grade_id": "random-sampler-hidden", "grade": true, "points": 2}
# Also graded: other numbers of indices and examples, a single index left over.
### BEGIN HIDDEN TESTS
for count, wanted in ((4, 9), (1, 1), (1, 3), (7, 1), (6, 12), (5, 4)):
    found = list(RandomSampler(range(count), num_samples=wanted, generator=Generator(1)))
    equal(len(found), wanted, f"the number of indices for num_samples={wanted} of {count}")
    for start in range(0, wanted, count):
        part = found[start : start + count]
        equal(len(set(part)), len(part), f"how many of {part} differ, {count} examples")
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Batches
#
# $n$ examples in batches of $b$ make $\lceil n / b \rceil$ batches; the last one is short unless
# $b$ divides $n$. `drop_last` leaves out a short one, for models that need batches of equal size.
#
# **Exercise 4 · easy · 15 minutes.** Fill in `BatchSampler.__iter__`.


# %% nbgrader={"grade_id": "batch-sampler", "solution": true}
#| export
class BatchSampler(Sampler):
    """The indices of `sampler` in lists of `batch_size`, a positive whole number, else ValueError.

    Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.BatchSampler
    """

    def __init__(self, sampler, batch_size: int, drop_last: bool):
        check_batches(sampler, batch_size)
        self.sampler, self.batch_size, self.drop_last = sampler, batch_size, drop_last

    def __iter__(self):
        """Yield lists of `batch_size` indices, in the sampler's order.

        The last list is shorter if the indices do not divide evenly; with `drop_last`, a short one
        is left out. `sampler` is anything one can loop over, and is asked for no more indices than
        the next list needs.
        """
        # About eight lines.
        ### BEGIN SOLUTION
        batch = []
        for index in self.sampler:
            batch.append(index)
            if len(batch) == self.batch_size:
                yield batch
                batch = []
        if batch and not self.drop_last:
            yield batch
        ### END SOLUTION

    def __len__(self) -> int:
        count = len(self.sampler)
        return count // self.batch_size if self.drop_last else -(-count // self.batch_size)


# %% nbgrader={"grade_id": "batch-sampler-test", "grade": true, "points": 2}
# Ten indices in threes, and six, with and without the short batch at the end.
full, what, wrong = [[0, 1, 2], [3, 4, 5], [6, 7, 8]], "batches of 3 from 10", MISTAKES["batches"]
equal(list(BatchSampler(range(10), 3, False)), [*full, [9]], what, suspects=wrong)
equal(list(BatchSampler(range(10), 3, True)), full, f"{what} with drop_last", suspects=wrong)
found = [list(BatchSampler(range(6), 3, drop_last)) for drop_last in (False, True)]
equal(found, [full[:2]] * 2, "batches of 3 from 6, without and with drop_last", suspects=wrong)

# %% nbgrader={"grade_id": "batch-sampler-test-2", "grade": true, "points": 2}
# Another sampler's order, two epochs, a batch larger than all, and no index read too early.
sampler = BatchSampler([5, 3, 0, 1, 0], 2, False)
equal([list(sampler), list(sampler)], [[[5, 3], [0, 1], [0]]] * 2, "two epochs of [5, 3, 0, 1, 0]")
equal(list(BatchSampler([7, 8], 5, False)), [[7, 8]], "batches of 5 from 2")
items = Taken(100)
equal(next(iter(BatchSampler(items, 4, False))), [0, 1, 2, 3], "the first batch from an iterator")
equal(items.taken, 4, "how many indices the first batch of 4 took", hint="yield when it is full")

# %% nbgrader={"grade_id": "batch-sampler-hidden", "grade": true, "points": 1}
# Also graded: batches of 1, no indices, other samplers, two loops at the same time.
### BEGIN HIDDEN TESTS
for drop_last in (False, True):
    equal(list(BatchSampler("dcba", 2, drop_last)), [["d", "c"], ["b", "a"]], f"dcba, {drop_last=}")
    equal(list(BatchSampler([], 2, drop_last)), [], f"batches of nothing, {drop_last=}")
    equal(list(BatchSampler([7, 0], 1, drop_last)), [[7], [0]], f"batches of 1, {drop_last=}")
batches = BatchSampler([4, 5, 6], 2, False)
equal([*zip(batches, batches, strict=False)], [([4, 5], [4, 5]), ([6], [6])], "two loops at once")
### END HIDDEN TESTS

# %% [markdown]
# What shuffling does to a batch: each column is one batch of 64 from 1,437 digits sorted by class,
# each row is one class, and the darker a square, the more examples. Left, in the order of the data,
# a batch knows one class or two. Right, shuffled, every batch is a small picture of the whole.

# %% given: classes

# %% [markdown]
# ## 5. From examples to tensors
#
# A batch of indices gives a list of examples, `[(image, label), (image, label), ...]`. A model
# wants one tensor of images and one of labels. **Collating** turns the list inside out, at any
# depth: a list of pairs becomes a pair of batches, a list of dicts a dict of batches. `stacked`
# (given) does it for the simplest list, that of arrays or tensors of one shape.
#
# **Exercise 5 · medium · 25 minutes.** Fill in `default_collate`. It calls itself for each part. In
# which order do you ask? A string is a sequence too, and NumPy's scalars are all `np.generic`.

# %% given: stacked


# %% nbgrader={"grade_id": "collate", "solution": true}
#| export
def default_collate(batch):
    """Turn a list of examples into one example of batches, by the type of the first one.

    tensors, arrays: one tensor, (n, *theirs). numbers and booleans, Python's and NumPy's (such as
    np.float32(1) or np.bool_(True)): a tensor (n,) of their dtype; Python's floats are float64.
    strings, bytes, also NumPy's: a list of them. dicts: a dict with a batch for each key. tuples,
    lists: a list with a batch for each position (named tuples: a named tuple), by the same rules.
    Raises: RuntimeError mentioning "equal size" for tuples or lists of different lengths;
    TypeError naming the type of anything else.
    Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.default_collate
    """
    first = first_of(batch)
    if hasattr(first, "_fields"):  # a named tuple
        return type(first)(*default_collate([tuple(example) for example in batch]))
    # About twelve lines: a case for each kind.
    ### BEGIN SOLUTION
    if isinstance(first, (Tensor, np.ndarray)):
        return stacked(batch)
    if isinstance(first, (str, bytes)):  # before numbers: np.str_ is both
        return list(batch)
    if isinstance(first, (bool, int, float, np.generic)):
        return tensor(np.array(batch))
    if isinstance(first, dict):
        return {key: default_collate([example[key] for example in batch]) for key in first}
    if isinstance(first, (tuple, list)):
        if any(len(example) != len(first) for example in batch):
            raise RuntimeError("the examples of a batch must be of equal size")
        return [default_collate(column) for column in zip(*batch, strict=True)]
    raise TypeError(f"default_collate cannot join {type(first).__name__}: give a collate_fn")
    ### END SOLUTION


# %% nbgrader={"grade_id": "collate-test", "grade": true, "points": 2}
# Pairs of an array and a number; batches of numbers, of booleans, of strings, also NumPy's.
examples = [(np.array([1.0, 2.0]), 7), (np.array([3.0, 4.0]), 8), (np.array([5.0, 6.0]), 9)]
batch = default_collate(examples)
equal((type(batch).__name__, len(batch)), ("list", 2), "what examples of two parts become")
equal([type(part).__name__ for part in batch], ["Tensor"] * 2, "the list of what the parts are")
close(batch[0], [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], "the arrays")
close(batch[1], [7, 8, 9], "the numbers", dtype="int64")
for numbers in ([0.5, 1.5], [True, False], [np.float32(1), np.float32(2)], [np.bool_(True)]):
    dtype = np.array(numbers).dtype
    close(default_collate(numbers), numbers, f"the batch of {numbers}", dtype=dtype)
for texts in (["a cat", "a dog"], [b"a", b"b"], [np.str_("x"), np.str_("y")]):
    equal(default_collate(texts), texts, f"the batch of {texts}")

# %% nbgrader={"grade_id": "collate-test-2", "grade": true, "points": 2}
# Tensors, dicts, examples inside examples, and two errors.
close(default_collate([tensor([1.0, 2.0]), tensor([3.0, 4.0])]), [[1, 2], [3, 4]], "two tensors")
batch = default_collate([{"pixels": np.full(2, i), "size": i + 1.5} for i in (0, 1)])
true(isinstance(batch, dict), "a batch of dicts", expected="a dict", got=str(type(batch)))
equal(sorted(batch), ["pixels", "size"], "the keys of a batch of dicts")
for key, values in (("pixels", [[0, 0], [1, 1]]), ("size", [1.5, 2.5])):
    equal(type(batch[key]).__name__, "Tensor", f"the type of {key!r} in a batch of dicts")
    close(batch[key], values, f"the batch of {key!r}")
nested = default_collate([(1, ("x", [2, 3])), (4, ("y", [5, 6]))])
close(nested[0], [1, 4], "the outer numbers of a nested batch")
equal(nested[1][0], ["x", "y"], "the inner strings of a nested batch")
close(nested[1][1][1], [3, 6], "the innermost numbers of a nested batch")
with raises(RuntimeError, "equal size", "tuples of different lengths"):
    default_collate([(1, 2), (3, 4, 5)])
with raises(TypeError, "object", "a batch of objects", hint="name the type in the message"):
    default_collate([object(), object()])

# %% nbgrader={"grade_id": "collate-hidden", "grade": true, "points": 2}
# Also graded: gradients, NumPy's numbers, named tuples, batches of one, other odd examples.
### BEGIN HIDDEN TESTS
joined = default_collate([tensor([1.0, 2.0], requires_grad=True), tensor([2.0, 4.0])])
close(joined, [[1.0, 2.0], [2.0, 4.0]], "a batch of tensors", dtype="float32")
true(joined.requires_grad, "requires_grad of a batch of tensors that require gradients")
for dtype in ("float32", "int16", "bool"):
    for values in (np.array([1, 0, 1], dtype), np.ones((5, 3, 4), dtype)):
        what = f"a batch of {values.shape} in {dtype}"
        close(default_collate(list(values)), values, what, dtype=dtype)
close(default_collate([(1, 2)])[1], [2], "a batch of one")
close(default_collate([Pair(1, 2), Pair(3, 4)]).y, [2, 4], "the field y of a batch of named tuples")
batch = default_collate([{"a": [{"b": i > 0}]} for i in range(3)])
close(batch["a"][0]["b"], [0, 1, 1], "the booleans of a dict in a list in a dict", dtype="bool")
for examples in ([(1, 2, 3), (4, 5)], [[1], [2, 3], [4]]):
    with raises(RuntimeError, "equal size", f"examples of different lengths, {examples}"):
        default_collate(examples)
with raises(TypeError, "NoneType", "a batch of None"):
    default_collate([None, None])
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Loading ahead, in threads
#
# While the model computes, the next batches can be made ready (**prefetching**). Threads suffice
# where loading waits for a disk or a network, or computes in NumPy: meanwhile other threads run.
# (PyTorch uses processes, which run Python code in parallel but must copy every batch across.)
#
# Three promises make this safe. Batches keep their **order**, whichever thread is faster. They are
# **bounded**: threads work at most `ahead` results ahead, or a fast disk would fill the memory. And
# nothing is **left behind**: when the loop ends, even by `break` or an error, so do the threads.
#
# You need two things. `pool.submit(function, item)` of a `ThreadPoolExecutor` returns a *future* at
# once and lets a thread call `function(item)`; `future.result()` waits for the result, or raises
# what the function raised. And a loop that stops early closes its generator, in which `finally`
# still runs: here it cancels all futures in `waiting`.
#
# **Exercise 6 · hard · 30 minutes.** Fill in `prefetch`.


# %% nbgrader={"grade_id": "prefetch", "solution": true}
#| export
def prefetch(function, items, workers: int, ahead: int):
    """Yield `function(item)` for each item, in order, while threads work on the next ones.

    workers: how many threads. ahead: how many calls, beyond the one whose result is handed out, may
    be waiting, under way or done: when a result is handed out, the next `ahead` items (or all that
    are left) have been submitted, and no more have been taken from `items`.
    An error in `function` is raised where its result would have come, with its traceback. When the
    loop ends, for whatever reason, calls that have not begun are cancelled and the threads end.
    """
    waiting = deque()  # futures, the oldest on the left
    with ThreadPoolExecutor(workers, thread_name_prefix="prefetch") as pool:
        try:
            # About six lines.
            ### BEGIN SOLUTION
            for item in items:
                waiting.append(pool.submit(function, item))
                if len(waiting) > ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
            ### END SOLUTION
        finally:
            for future in waiting:
                future.cancel()


# %% nbgrader={"grade_id": "prefetch-test", "grade": true, "points": 3}
# All results, in order though the first takes longest, by two threads at once.
results = list(prefetch(FirstIsSlow(), [0, 1, 2, 3, 4], workers=2, ahead=2))
what, hint = "the list of results in the order of the items", "hand out the oldest's .result()"
equal(results, [0, 1, 4, 9, 16], what, suspects=MISTAKES["results"], hint=hint)
met = list(prefetch(MeetsAnother(), [0, 1], workers=2, ahead=2))
hint = "submit the next item before you wait for the result of this one"
equal(met, [True, True], "whether two calls run at the same time", hint=hint)
equal(list(prefetch(abs, range(3), 2, ahead=8)), [0, 1, 2], "the results of 3 items, ahead=8")

# %% nbgrader={"grade_id": "prefetch-test-2", "grade": true, "points": 2}
# How far ahead items are taken, an error in its place, and what a loop broken off leaves behind.
items = Taken(50)
results = prefetch(abs, items, workers=2, ahead=3)
equal(next(results), 0, "the first result")
equal(items.taken, 4, "how many items were taken for the first result", hint="it, and 3 more")
equal([next(results), next(results)], [1, 2], "the next two results")
equal(items.taken, 6, "how many items were taken for three results", hint="one more each time")
got, names = until_error(prefetch(fails, range(9), workers=2, ahead=4))
equal(got, [0, 1, "item 2 is missing"], "the results before an error, then the error")
true("fails" in names, "the traceback of an error in a thread", expected="it names the function")
job = Traced(pause=0.3)
next(prefetch(job, range(20), workers=1, ahead=6))
what, calls = "how many calls ran for a loop that ended after one result", len(job.threads)
true(calls <= 3, what, expected="3 at most: no new ones", got=str(calls))

# %% nbgrader={"grade_id": "prefetch-hidden", "grade": true, "points": 2}
# Also graded: other numbers of workers and items, items such as None, the threads at work.
### BEGIN HIDDEN TESTS
for workers, ahead in ((1, 1), (4, 2), (2, 7)):
    items = Taken(20)
    for number, result in enumerate(prefetch(abs, items, workers, ahead), start=1):
        what = f"result {number} and how many items were taken for it, {workers=}, {ahead=}"
        equal((result, items.taken), (number - 1, min(20, ahead + number)), what)
for odd in ([], [0, None, "", None]):
    equal(list(prefetch(repr, odd, 2, 2)), [repr(x) for x in odd], f"the results of {odd}")
got, _ = until_error(prefetch(fails, range(-1, 3), workers=2, ahead=9))
equal(got, [-1, 0, 1, "item 2 is missing"], "the results before an error in the last item")
job = Traced()
equal(list(prefetch(job, range(4), workers=2, ahead=1)), [0, -1, -2, -3], "four results")
true(not job.is_alive(), "the threads after the loop", expected="ended")
true(not job.ran_here(), "where the function ran", expected="in other threads")
### END HIDDEN TESTS

# %% [markdown]
# ## 7. The loader
#
# `DataLoader` (given) joins your pieces: a sampler yields indices, a batch sampler makes lists of
# them, `fetch` looks up the examples and collates them, and `prefetch` does so ahead of time. Your
# `TensorDataset` takes a list of indices, so `fetch` gets its batches by **one** indexing of each
# tensor. Each batch draws its random numbers from a separate stream: threads may take turns freely.
#
# Loading ahead against the clock: eight batches that each take 20 ms to load (light) and 20 ms to
# use (dark). Without a thread, loading and using take turns. With one, the next batch is loaded
# while the last one is used, and the same work takes little more than half the time.

# %% given: loader
# %% given: slow

# %% [markdown]
# ## 8. Predict, then measure: what a loader costs
#
# Before a run of many hours, you want to know how many steps an epoch has and how much memory the
# loader takes. For the memory, count the batches that exist at the same time. With threads: the one
# in the loop and the `num_workers * prefetch_factor` that `prefetch` keeps ahead. Without threads:
# does `for batch in loader` let go of one batch before it makes the next?
#
# **Exercise 7 · medium · 15 minutes.** Fill in `loader_cost`.


# %% nbgrader={"grade_id": "loader-cost", "solution": true}
def loader_cost(
    count: int, item_bytes: int, batch_size: int, drop_last=False, num_workers=0, prefetch_factor=2
) -> tuple[int, int]:
    """How many batches an epoch has, and how many bytes of batches are in memory at most.

    count: examples. item_bytes: bytes per example. Each batch counts as full. With threads, count
    the one in the loop and those kept ahead; without threads, those that exist when the next one
    has just been made; but never more than an epoch has.
    """
    # About four lines.
    ### BEGIN SOLUTION
    batches = count // batch_size if drop_last else math.ceil(count / batch_size)
    ahead = num_workers * prefetch_factor
    held = min(batches, max(2, ahead + 1))
    return batches, held * batch_size * item_bytes
    ### END SOLUTION


# %% nbgrader={"grade_id": "loader-cost-test", "grade": true, "points": 2}
# 1,000 examples of 10 bytes in batches of 64: without threads, with one, with drop_last.
equal(loader_cost(1000, 10, 64), (16, 1280), "loader_cost(1000, 10, 64)", suspects=MISTAKES["cost"])
cost, hint = loader_cost(1000, 10, 64, num_workers=1), "the loop holds one batch, two wait"
equal(cost, (16, 1920), "loader_cost(1000, 10, 64, num_workers=1)", hint=hint)
equal(loader_cost(1000, 10, 64, drop_last=True), (15, 1280), "the cost with drop_last")

# %% nbgrader={"grade_id": "loader-cost-test-2", "grade": true, "points": 1}
# Batches that divide evenly, several workers, more batches ahead, an epoch of few batches.
equal(loader_cost(1024, 8, 64), (16, 1024), "loader_cost(1024, 8, 64): 64 divides 1024")
for workers, factor, size in ((4, 2, 900), (3, 5, 1600)):
    what = f"the cost with {workers} workers that have {factor} batches ahead each"
    equal(loader_cost(60000, 1, 100, False, workers, factor), (600, size), what)
cost, hint = loader_cost(250, 2, 100, num_workers=4), "no more than there are; all count as full"
equal(cost, (3, 600), "the cost of an epoch of 3 batches, num_workers=4", hint=hint)

# %% nbgrader={"grade_id": "loader-cost-hidden", "grade": true, "points": 1}
# Also graded: other options, epochs of one batch and of none.
### BEGIN HIDDEN TESTS
equal(loader_cost(1000, 3, 128, True, 2, 1), (7, 1152), "the cost with drop_last and 2 workers")
for workers in (0, 2):
    equal(loader_cost(100, 2, 100, num_workers=workers), (1, 200), f"one batch, {workers} workers")
    equal(loader_cost(99, 2, 100, True, workers), (0, 0), f"no batch at all, {workers} workers")
### END HIDDEN TESTS

# %% [markdown]
# Now measure, with `tracemalloc` as in module 01, on 8,000 MNIST digits in batches of 128. The bars
# are your prediction, the dots the measured peak; they should sit at the ends of the bars.

# %% given: measuring

# %%
predicted = [loader_cost(len(rows), item_bytes, 128, **more)[1] for more in options.values()]
found = [measured(DataLoader(rows, batch_size=128, **more)) for more in options.values()]
draw_costs(predicted, found)

# %% [markdown]
# ## 9. Files from elsewhere
#
# MNIST and its relatives are published as IDX files: a short header, then the values, nothing else.
# The numbers in the header are *big-endian*, most significant byte first; your computer almost
# certainly stores the least significant one first.
#
# | bytes | meaning | for 60,000 images |
# |---|---|---|
# | 0, 1 | always 0 | `00 00` |
# | 2 | type of the values, a key of `IDX_TYPES` | `08` (bytes) |
# | 3 | number of dimensions | `03` |
# | 4 to 7 | first size | `00 00 ea 60` (60,000) |
# | 8 to 11, ... | the other sizes, four bytes each | `00 00 00 1c` (28), twice |
#
# A file from elsewhere may be cut off, of another kind, or a trap. So check the header before you
# believe it; `read_idx` (given, below) allocates nothing that was not checked.
#
# **Exercise 8 · medium · 20 minutes.** Fill in `idx_header`. `int.from_bytes(four_bytes, "big")`
# and `np.frombuffer(content, ">u4", ...)` read big-endian numbers.

# %% nbgrader={"grade_id": "idx-header", "solution": true}
#| export
IDX_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def idx_header(content: bytes) -> tuple[str, tuple]:
    """The type (a value of IDX_TYPES) and the shape that the header of an IDX file announces.

    content: the first bytes of the file; what follows the header is ignored.
    Raises: ValueError with "not an IDX file" if it does not begin with two zero bytes or the type
    is unknown; with "cut off" if it ends before the header does (or has fewer than four bytes).
    """
    # About nine lines.
    ### BEGIN SOLUTION
    if len(content) < 4:
        raise ValueError(f"cut off after {len(content)} bytes, before the header's end")
    if content[:2] != b"\0\0" or content[2] not in IDX_TYPES:
        raise ValueError(f"not an IDX file: it begins with {content[:4].hex(' ')}")
    ndim = content[3]
    if len(content) < 4 + 4 * ndim:
        raise ValueError(f"cut off after {len(content)} bytes, before the header's end")
    shape = np.frombuffer(content, ">u4", count=ndim, offset=4)
    return IDX_TYPES[content[2]], tuple(shape.tolist())
    ### END SOLUTION


# %% nbgrader={"grade_id": "idx-header-test", "grade": true, "points": 2}
# The headers of MNIST's training images and labels, of a table of floats, and a picture.
content = bytes.fromhex("00 00 08 03 00 00 ea 60 00 00 00 1c 00 00 00 1c") + b"pixels"
wanted, what = (">u1", (60000, 28, 28)), "the header of 60,000 images of 28 x 28"
equal(idx_header(content), wanted, what, suspects=MISTAKES["header"])
content = bytes.fromhex("00 00 08 01 00 00 ea 60 05 00 04 01 09")
equal(idx_header(content), (">u1", (60000,)), "the header of 60,000 labels")
content = bytes.fromhex("00 00 0d 02 00 00 00 03 00 00 01 00")
equal(idx_header(content), (">f4", (3, 256)), "the header of a table of floats, 3 x 256")
with raises(ValueError, "not an IDX file", "a PNG picture"):
    idx_header(b"\x89PNG\r\n\x1a\n" + bytes(20))

# %% nbgrader={"grade_id": "idx-header-test-2", "grade": true, "points": 1}
# Headers with one wrong byte, and headers cut off.
header = bytes.fromhex("00 00 08 02 00 00 00 01 00 00 00 01")
for place, value in ((0, 1), (1, 1), (2, 0x0A)):
    with raises(ValueError, "not an IDX file", f"a header whose byte {place} is {value:#04x}"):
        idx_header(header[:place] + bytes([value]) + header[place + 1 :])
for end in (0, 3, 4, 7, 11):
    with raises(ValueError, "cut off", f"a header of 12 bytes, cut off after {end}"):
        idx_header(header[:end])

# %% nbgrader={"grade_id": "idx-header-hidden", "grade": true, "points": 2}
# Also graded: other types, no dimensions, many, large sizes and 0, other damage.
### BEGIN HIDDEN TESTS
for header, dtype, shape in (
    ("00 00 0c 04" + "00 00 00 05" * 4, ">i4", (5, 5, 5, 5)),
    ("00 00 0e 00", ">f8", ()),
    ("00 00 0b 01 00 00 00 00 00", ">i2", (0,)),
    ("00 00 09 01 ff ff ff ff", ">i1", (4294967295,)),
):
    equal(idx_header(bytes.fromhex(header)), (dtype, shape), f"the header {header}")
for header in ("00 00 00 01 00 00 00 01", "08 00 08 01 00 00 00 01", "00 00 0f 00", "1f 8b 08 00"):
    with raises(ValueError, "not an IDX file", f"the header {header}"):
        idx_header(bytes.fromhex(header))
for end in (1, 2, 8, 19):
    with raises(ValueError, "cut off", f"a header of 20 bytes, cut off after {end}"):
        idx_header(bytes.fromhex("00 00 08 04" + "00 00 00 02" * 4)[:end])
### END HIDDEN TESTS

# %% [markdown]
# Given: `read_idx` for one file, `read_mnist` for a pair of images and labels, and `read_cifar10`
# for the binary version of CIFAR-10. They read files as published, gzipped or not, refuse what is
# damaged or larger than `limit`, and write nothing. `tinytorch_data.download` fetches the files.

# %% given: files
# %% given: five-digits

# %% [markdown]
# ## 10. More data from the data you have
#
# A 7 that is one pixel further left is still a 7. **Augmentation** changes images at random as they
# are loaded, so that a model hardly ever sees the same one twice. Given, for arrays (n, height,
# width) or (n, channels, height, width), with a separate draw for each image: `random_flip` and
# `random_shift`; and `normalize`. Most digits are no longer digits in a mirror, so shift them only.
#
# Each column below is one digit: as it is, shifted by up to four pixels, flipped (here half of them
# are), and normalized, which looks the same, since only the scale of the numbers changes.

# %% given: augmentation
# %% given: views

# %% [markdown]
# ## 11. Put to use: real digits
#
# Everything at once: your loader, layers, losses and gradients of modules 02 to 04, and a training
# loop by hand, with *momentum* (module 06): it follows a running sum of the gradients.
#
# First the question of section 3: does the order matter? The same network learns the same 8 x 8
# digits for three epochs, in the order of the classes and shuffled. Below is the loss per batch.

# %% given: training
# %% given: order

# %% [markdown]
# Sorted, the loss at first falls while a class lasts and leaps up with the next one; then it stays
# near 2.5, while guessing costs ln 10 = 2.3. Shuffled, it falls for all classes.
#
# Now in earnest. `random_split` sets aside a part of the training digits, the **validation set**,
# to see how well training goes without touching the test digits. Those are read once, at the end.

# %%
generator = Generator(0)
learn, aside = random_split(digits_train, [0.9, 0.1], generator=generator)
model = perceptron(64, 128, seed=0)
train(model, DataLoader(learn, 32, shuffle=True, generator=generator), 30, 0.05)
show_accuracy(model, aside, "kept aside")
assert show_accuracy(model, digits_test, "digits of 8 x 8 that it has never seen") >= 0.96

# %% [markdown]
# And MNIST: 8,000 digits of 28 x 28 pixels to learn from, each time shifted by up to two pixels.

# %%
loader = DataLoader(mnist_train, batch_size=64, shuffle=True, generator=generator, num_workers=1)
model, begun = perceptron(784, 128, seed=0), time.perf_counter()
losses = train(model, loader, 12, 0.05, lambda images: random_shift(images, 2, generator))
seconds = time.perf_counter() - begun
assert show_accuracy(model, mnist_test, f"digits of MNIST, after {seconds:.0f} s") >= 0.92

# %% given: errors

# %% [markdown]
# Left, the loss along the way; right, digits that the network still gets wrong, with the right
# answer first. Some of them would make you hesitate too.
#
# ## 12. For those who want more
#
# **Stretch 1 · hard · 30 minutes.** Examples of rare classes should come early, but not always
# first: draw each next index from those that are left, with a chance in proportion to its weight.
# Fill in `weighted_order`. A loop over draws does it, and so does one line of NumPy: give each
# index a random waiting time, then sort. Which waiting times?


# %% nbgrader={"grade_id": "weighted-order", "solution": true}
def weighted_order(weights, generator: Generator) -> list[int]:
    """All indices of `weights` in random order, each drawn from those left by their weights.

    weights: positive numbers. The first index is i with probability weights[i] / sum(weights), the
    next one in the same way without it, and so on. `generator.rng` is NumPy's own generator.
    Source: Efraimidis and Spirakis (2006), algorithm A, doi:10.1016/j.ipl.2005.11.003.
    """
    # One line, or six.
    ### BEGIN SOLUTION
    times = generator.rng.exponential(size=len(weights)) / np.asarray(weights)
    return np.argsort(times).tolist()
    ### END SOLUTION


# %% nbgrader={"grade_id": "weighted-order-test", "grade": true, "points": 0}
# Every index once, and each order of three as often as the weights 1, 2 and 5 say.
equal(sorted(weighted_order([3.0] * 50, Generator(0))), list(range(50)), "the indices, sorted")
orders = ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))
chances, generator = [2 / 56, 5 / 56, 2 / 48, 10 / 48, 5 / 24, 10 / 24], Generator(1)
found = [tuple(weighted_order((1, 2, 5), generator)) for _ in range(8000)]
shares = [found.count(order) / 8000 for order in orders]
close(shares, chances, f"how often these orders come: {orders}", atol=0.025)

# %% [markdown]
# ## Reflection
#
# Here the digits are shifted in the loop, after loading. If the dataset's `__getitem__` shifted
# them instead, four workers that draw from one generator would not repeat the same shifts from the
# same seed. Why not? The loader gives each batch a stream of random numbers that follows from the
# seed, the epoch and the batch's number. Why not one for each thread?

# %% [markdown]
# *Your answer here.*
