# %% [markdown]
# # 05 · Data pipelines
#
# A model learns from batches, or **mini-batches**: a few dozen examples at a time, in a new order
# every epoch (one pass over the data), without losing one, using one twice or parting an image from
# its label. In this notebook you build what hands them out. At the end you own PyTorch's
# `DataLoader`, with its datasets and samplers, threads that load ahead, and readers for two
# published file formats; and a network trained by it reads more than 92% of real MNIST digits that
# it has never seen.
#
# Each exercise has a docstring that says exactly what to write, a test to run, and a few more
# tests that only run when you hand in (a comment says what they cover). `tito check 05` runs all
# you can see; `tito export 05` puts your code into your own `tinytorch` package.

# %% given: imports

# %% given: notebook-imports

# %% given: tests

# %% [markdown]
# ## 1. A dataset: something with a length and an index
#
# A *dataset* answers two questions: how many examples are there (`len(dataset)`), and what is
# example 7 (`dataset[7]`)? A list is one already. The commonest holds tensors of equal length,
# images and labels say, and gives row 7 of each. This is where a label stays with its image: one
# index picks from both. (`Dataset`, given, is what they have in common.)
#
# **Exercise 1 · easy · 10 minutes.** Fill in `TensorDataset.__getitem__`.

# %% given: dataset

# %% nbgrader={"grade_id": "tensor-dataset", "solution": true}
#| export
class TensorDataset(Dataset):
    """Examples that are rows of tensors: example 7 is the tuple of row 7 of each.

    Shapes: (n, ...) each. Raises: ValueError if they do not have the same number of rows.
    Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.TensorDataset
    """

    def __init__(self, *tensors: Tensor):
        rows = [len(x) for x in tensors]
        if len(set(rows)) > 1:
            problem = f"TensorDataset got tensors of {rows} rows: they must have equally many"
            raise ValueError(problem)
        self.tensors = tensors

    def __getitem__(self, index) -> tuple:
        """What each tensor holds at `index` (a number, a slice, a list of numbers), as a tuple."""
        # One line.
        ### BEGIN SOLUTION
        return tuple(x[index] for x in self.tensors)
        ### END SOLUTION

    def __len__(self) -> int:
        return len(self.tensors[0])


# %% nbgrader={"grade_id": "tensor-dataset-test", "grade": true, "points": 2}
# Row 2 of an "image" tensor comes with label 2.
images, labels = tensor([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]), tensor([10, 11, 12])
example = TensorDataset(images, labels)[2]
true(type(example) is tuple, "what dataset[2] returns", expected="a tuple", got=str(type(example)))
equal(len(example), 2, "the number of things in dataset[2]")
close(example[0], [4.0, 5.0], "the image of dataset[2]", suspects={"that is row 1": [2.0, 3.0]})
close(example[1], 12, "the label of dataset[2]", suspects={"every label came": [10, 11, 12]})

# %% nbgrader={"grade_id": "tensor-dataset-hidden", "grade": true, "points": 2}
# Also graded: one tensor and three, several rows at once, negative indices, an index too high.
### BEGIN HIDDEN TESTS
a, b, c = tensor([1.0, 2.0, 3.0]), tensor([4.0, 5.0, 6.0]), tensor([7, 8, 9])
equal(len(TensorDataset(a)[0]), 1, "the number of things in an example of one tensor")
equal([x.item() for x in TensorDataset(a, b, c)[1]], [2.0, 5.0, 8], "example 1 of three tensors")
for index, rows in ((slice(0, 2), [0, 1]), ([2, 0, 2], [2, 0, 2]), (-1, 2)):
    first, last = TensorDataset(a, c)[index]
    close(first, a.numpy()[rows], f"the first tensor at {index}")
    close(last, c.numpy()[rows], f"the last tensor at {index}")
with raises(IndexError, "3", "dataset[3] of 3 rows"):
    TensorDataset(a)[3]
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Some for training, some for testing
#
# What a model is tested on it must not have seen, so data is split into a **training set** and a
# **test set**. `Subset` (given) is a dataset of some of the examples of another one, by their
# indices; nothing is copied. `random_split` cuts a dataset into parts at random. The parts do not
# overlap, and every example is in one of them:
#
# *shuffle all indices once, then cut the shuffled list into pieces.*
#
# Lengths may be given as fractions; `part_sizes` (given) turns them into numbers.
#
# **Exercise 2 · easy · 15 minutes.** Fill in `random_split`. `randperm(n, generator=generator)` of
# module 01 gives 0 to n - 1 in random order, as a tensor; `.tolist()` makes a list of it.

# %% given: subset


# %% nbgrader={"grade_id": "random-split", "solution": true}
#| export
def random_split(dataset, lengths, generator=None) -> list[Subset]:
    """`dataset` cut at random into parts that do not overlap, one Subset a length, in that order.

    lengths: numbers that add up to len(dataset), or fractions that add up to 1.
    generator: where the random order comes from; None means the default generator.
    The indices of a Subset are a list of Python integers.
    Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.random_split
    """
    sizes = part_sizes(lengths, len(dataset))
    # Six lines: one random order of all indices; a piece of it for each size.
    ### BEGIN SOLUTION
    order = randperm(len(dataset), generator=generator).tolist()
    parts, start = [], 0
    for size in sizes:
        parts.append(Subset(dataset, order[start : start + size]))
        start += size
    return parts
    ### END SOLUTION


# %% nbgrader={"grade_id": "random-split-test", "grade": true, "points": 2}
# Ten examples in parts of 7 and 3: every one in exactly one part, at random, repeatable.
parts, again = (random_split("abcdefghij", [7, 3], generator=Generator(0)) for _ in range(2))
equal([len(part) for part in parts], [7, 3], "the lengths of the parts")
together = [index for part in parts for index in part.indices]
hint = "make Python integers of one order by .tolist(), and cut it"
equal(sorted(together), list(range(10)), "the indices of all parts together", hint=hint)
true(together != sorted(together), "the order of the indices", expected="random", got="sorted")
equal([part.indices for part in again], [part.indices for part in parts], "a split repeated")
equal(parts[1][0], "abcdefghij"[parts[1].indices[0]], "the first example of the second part")

# %% nbgrader={"grade_id": "random-split-hidden", "grade": true, "points": 3}
# Also graded: fractions, three parts, an empty part, other seeds, the default generator.
### BEGIN HIDDEN TESTS
thirds = random_split(range(100, 110), [1 / 3, 1 / 3, 1 / 3], generator=Generator(1))
equal([len(part) for part in thirds], [4, 3, 3], "the lengths of three thirds of 10")
seen = sorted(part[i] for part in thirds for i in range(len(part)))
equal(seen, list(range(100, 110)), "the examples of three parts together")
equal([*map(len, random_split("abc", [0, 3]))], [0, 3], "the lengths of an empty part and the rest")
orders = [random_split(range(50), [40, 10], Generator(seed))[1].indices for seed in (3, 4)]
true(orders[0] != orders[1], "splits with two seeds", expected="different", got="the same")
first, second, again = drawn(lambda: random_split(range(50), [25, 25])[0].indices, seed=5)
true(first != second, "two splits without a generator", expected="different", got="the same")
equal(again, first, "a split after manual_seed(5) again")
### END HIDDEN TESTS

# %% [markdown]
# ## 3. In which order? Samplers
#
# A *sampler* says in which order examples are used: looping over it gives indices. Data often
# comes sorted, all the zeros first, then all the ones. A network that sees only zeros for a while
# learns to say zero and forgets the rest; you will see that below. So indices are shuffled, and
# anew for each epoch: with one fixed order, the same examples meet in a batch every time.
#
# Looping over a sampler again begins the next epoch. The generator goes on where it was, so the
# second order differs from the first; a run that starts from the same seed repeats them all.
#
# **Exercise 3 · medium · 20 minutes.** Fill in `RandomSampler.__iter__`. `yield index` hands out
# one index and waits to be asked for the next; `yield from indices` hands out all of a list.
# `randint(high, (n,), generator=...)` draws n whole numbers from 0 to high - 1.

# %% given: samplers


# %% nbgrader={"grade_id": "random-sampler", "solution": true}
#| export
class RandomSampler(Sampler):
    """Indices of `data_source` in random order, another one in each epoch.

    replacement: draw each index anew from all, so that some come twice and others not at all.
    num_samples: how many indices an epoch has, if not one for each example.
    generator: where the random order comes from; None means the default generator.
    Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.RandomSampler
    """

    def __init__(self, data_source, replacement=False, num_samples=None, generator=None):
        self.data_source, self.replacement, self.generator = data_source, replacement, generator
        self.num_samples = len(data_source) if num_samples is None else num_samples
        check_positive(self.num_samples, "num_samples")

    def __iter__(self):
        """Yield `num_samples` indices, as Python integers.

        Without replacement they are random orders of all indices, one after the other: the first
        is used up before the next is drawn, and the last one is cut short.
        """
        count = len(self.data_source)
        # Seven lines: draw with replacement; or draw orders until there are enough.
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
# Every index once an epoch, in an order that changes.
sampler, again = (RandomSampler("abcdefghijklmnopqrst", generator=Generator(0)) for _ in range(2))
epochs = [list(sampler), list(sampler)]
hint = "is replacement the wrong way round, or .tolist() missing?"
equal(sorted(epochs[0]), list(range(20)), "the indices of an epoch, sorted", hint=hint)
true(epochs[0] != sorted(epochs[0]), "the order of an epoch", expected="random", got="sorted")
got, hint = "the same order twice", "draw the order inside __iter__, from a generator that goes on"
true(epochs[0] != epochs[1], "two epochs", expected="different orders", got=got, hint=hint)
equal([list(again), list(again)], epochs, "two epochs from the same seed again")

# %% nbgrader={"grade_id": "random-sampler-hidden", "grade": true, "points": 3}
# Also graded: fewer and more indices than examples, replacement, other seeds, manual_seed.
### BEGIN HIDDEN TESTS
few = list(RandomSampler(range(50), num_samples=8, generator=Generator(1)))
what = "the number of indices, and of different ones, for num_samples=8 of 50"
equal((len(few), len(set(few))), (8, 8), what)
many = list(RandomSampler(range(4), num_samples=10, generator=Generator(1)))
equal(len(many), 10, "the number of indices for num_samples=10 of 4")
what, hint = "the first 4 of 10 indices, sorted", "a whole order before the next"
equal(sorted(many[:4]), [0, 1, 2, 3], what, hint=hint)
equal(sorted(many[4:8]), [0, 1, 2, 3], "the next 4 of 10 indices, sorted")
true(many[4:8] != many[:4], "the next 4 of 10 indices", expected="another order", got="the same")
draws = list(RandomSampler(range(5), True, 1000, Generator(2)))
equal(len(draws), 1000, "the number of indices with replacement")
equal(sorted(set(draws)), [0, 1, 2, 3, 4], "the indices that come up in 1,000 draws from 5")
anew = any(sorted(draws[i : i + 5]) != [0, 1, 2, 3, 4] for i in (0, 5))
true(anew, "draws with replacement", expected="independent of each other", got="whole orders")
two = [list(RandomSampler(range(30), generator=Generator(seed))) for seed in (8, 9)]
true(two[0] != two[1], "the orders of two seeds", expected="different", got="the same")
first, second, again = drawn(lambda: list(RandomSampler(range(30))), seed=3)
true(first != second, "two samplers without a generator", expected="different")
equal(again, first, "the order after manual_seed(3) again")
true(all(type(index) is int for index in first), "the indices", expected="Python integers")
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Batches
#
# $n$ examples in batches of $b$ make $\lceil n / b \rceil$ batches; the last one is short unless
# $b$ divides $n$. `drop_last` leaves a short one out, for models that need equal batches.
#
# **Exercise 4 · easy · 15 minutes.** Fill in `BatchSampler.__iter__`.


# %% nbgrader={"grade_id": "batch-sampler", "solution": true}
#| export
class BatchSampler(Sampler):
    """The indices of `sampler` in lists of `batch_size`. Source: the page of `Sampler`.

    Raises: ValueError if `batch_size` is not a positive whole number.
    """

    def __init__(self, sampler, batch_size: int, drop_last: bool):
        check_positive(batch_size, "batch_size")
        self.sampler, self.batch_size, self.drop_last = sampler, batch_size, drop_last

    def __iter__(self):
        """Yield lists of `batch_size` indices, in the sampler's order.

        The last list is shorter if the indices do not come out even; with `drop_last` a short one
        is left out. `sampler` may be anything that can be looped over, and is asked for no more
        indices than the next list needs.
        """
        # Eight lines: gather indices; hand a list out when it is full; mind the last one.
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
# Ten indices in threes, with and without the short batch at the end.
full, what, wrong = [[0, 1, 2], [3, 4, 5], [6, 7, 8]], "batches of 3 from 10", MISTAKES["batches"]
equal(list(BatchSampler(range(10), 3, False)), [*full, [9]], what, suspects=wrong)
equal(list(BatchSampler(range(10), 3, True)), full, f"{what} with drop_last", suspects=wrong)
equal(list(BatchSampler(range(6), 3, False)), full[:2], "batches of 3 from 6", suspects=wrong)

# %% nbgrader={"grade_id": "batch-sampler-hidden", "grade": true, "points": 3}
# Also graded: batches of 1 and of more than all, no indices, two epochs, a sampler that is not a
# range, how far ahead it is read.
### BEGIN HIDDEN TESTS
for drop_last in (False, True):
    what, hint = f"batches of 2 from [5, 3, 1, 0], {drop_last=}", "no empty batch, none missing"
    equal(list(BatchSampler([5, 3, 1, 0], 2, drop_last)), [[5, 3], [1, 0]], what, hint=hint)
    equal(list(BatchSampler([], 2, drop_last)), [], f"batches of nothing, {drop_last=}")
equal(list(BatchSampler([7, 8], 1, True)), [[7], [8]], "batches of 1")
equal(list(BatchSampler([7, 8], 5, False)), [[7, 8]], "batches of 5 from 2")
equal(list(BatchSampler([7, 8], 5, True)), [], "batches of 5 from 2 with drop_last")
twice = BatchSampler([1, 2, 3], 2, False)
equal([list(twice), list(twice)], [[[1, 2], [3]]] * 2, "two epochs")
items = Taken(100)
equal(next(iter(BatchSampler(items, 4, False))), [0, 1, 2, 3], "the first batch from a generator")
equal(items.taken, 4, "how many indices the first batch asked for")
### END HIDDEN TESTS

# %% [markdown]
# What shuffling does to a batch. A column is one batch of 64 from 1,437 digits sorted by class, a
# row one class; dark squares are many. Left, in the order of the data: a batch knows one class or
# two. Right, shuffled: every batch is a small picture of the whole.

# %% given: classes

# %% [markdown]
# ## 5. From examples to tensors
#
# A batch of indices gives a list of examples, `[(image, label), (image, label), ...]`. A model
# wants one tensor of images and one of labels. *Collating* turns the list inside out, however
# deep: a list of pairs becomes a pair of batches, a list of dicts a dict of batches. `stacked`
# (given) does it for the simplest list, of arrays or tensors of one shape.
#
# **Exercise 5 · medium · 25 minutes.** Fill in `default_collate`. It calls itself on each part.

# %% given: stacked


# %% nbgrader={"grade_id": "collate", "solution": true}
#| export
def default_collate(batch):
    """A list of examples as one example of batches, by the type of the first.

    tensors, arrays: one tensor of shape (n, *theirs). numbers: a tensor of shape (n,). strings,
    bytes: a list of them. dicts: a dict with each key's batch. tuples, lists: a list with each
    position's batch; a named tuple: a named tuple of them. Inside, the same rules hold.
    Raises: RuntimeError mentioning "equal size" for tuples or lists of different lengths;
    TypeError naming the type of anything else.
    Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.default_collate
    """
    first = batch[0]
    if hasattr(first, "_fields"):  # a named tuple
        return type(first)(*default_collate([tuple(example) for example in batch]))
    # About twelve lines: a case for each kind of example.
    ### BEGIN SOLUTION
    if isinstance(first, (Tensor, np.ndarray)):
        return stacked(batch)
    if isinstance(first, (bool, int, float, np.generic)):
        return tensor(np.array(batch))
    if isinstance(first, (str, bytes)):
        return list(batch)
    if isinstance(first, dict):
        return {key: default_collate([example[key] for example in batch]) for key in first}
    if isinstance(first, (tuple, list)):
        if any(len(example) != len(first) for example in batch):
            raise RuntimeError("the examples of a batch must be of equal size")
        return [default_collate(column) for column in zip(*batch, strict=True)]
    raise TypeError(f"default_collate cannot join {type(first).__name__}: give a collate_fn")
    ### END SOLUTION


# %% nbgrader={"grade_id": "collate-test", "grade": true, "points": 2}
# Three examples of an array and a number become a batch of arrays and a batch of numbers.
examples = [(np.array([1.0, 2.0]), 7), (np.array([3.0, 4.0]), 8), (np.array([5.0, 6.0]), 9)]
batch = default_collate(examples)
equal(len(batch), 2, "the number of batches from examples of two things")
equal([type(part).__name__ for part in batch], ["Tensor"] * 2, "the list of what the parts are")
close(batch[0], [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], "the arrays")
close(batch[1], [7, 8, 9], "the numbers", dtype="int64")
equal(default_collate(["a cat", "a dog"]), ["a cat", "a dog"], "a batch of strings")
with raises(TypeError, "object", "a batch of objects", hint="name the type in the message"):
    default_collate([object(), object()])

# %% nbgrader={"grade_id": "collate-hidden", "grade": true, "points": 4}
# Also graded: tensors with gradients, dicts, nested tuples, types of numbers, named tuples, bytes,
# batches of one, examples of different lengths.
### BEGIN HIDDEN TESTS
leaf = tensor([1.0, 2.0], requires_grad=True)
joined = default_collate([leaf, leaf * 2])
close(joined, [[1.0, 2.0], [2.0, 4.0]], "a batch of tensors", dtype="float32")
true(joined.requires_grad, "requires_grad of a batch of tensors that require gradients")
batch = default_collate([{"pixels": np.full((2, 3), i, "uint8"), "size": i + 1.5} for i in (0, 1)])
true(type(batch) is dict, "a batch of dicts", expected="a dict", got=str(type(batch)))
equal(sorted(batch), ["pixels", "size"], "the keys of a batch of dicts")
close(batch["pixels"].sum(), 6, "the sum of the pixels")
equal(batch["pixels"].shape, (2, 2, 3), "the shape of a batch of two 2 x 3 arrays")
close(batch["pixels"], [np.zeros((2, 3)), np.ones((2, 3))], "the pixels", dtype="uint8")
close(batch["size"], [1.5, 2.5], "a batch of Python floats", dtype="float64")
close(default_collate([np.float32(1), np.float32(2)]), [1, 2], "NumPy floats", dtype="float32")
close(default_collate([True, False]), [True, False], "a batch of booleans", dtype="bool")
nested = default_collate([(1, ("x", [2, 3])), (4, ("y", [5, 6]))])
close(nested[0], [1, 4], "the outer numbers of a nested batch")
equal(nested[1][0], ["x", "y"], "the inner strings of a nested batch")
close(nested[1][1][1], [3, 6], "the innermost numbers of a nested batch")
close(default_collate([(1, 2)])[1], [2], "a batch of one")
equal(default_collate([b"a", b"b"]), [b"a", b"b"], "a batch of bytes")
close(default_collate([Pair(1, 2), Pair(3, 4)]).y, [2, 4], "the field y of a batch of named tuples")
for examples, which in (([(1, 2), (3, 4, 5)], ""), ([(1, 2, 3), (4, 5)], ", the longer one first")):
    with raises(RuntimeError, "equal size", f"tuples of different lengths{which}"):
        default_collate(examples)
with raises(TypeError, "NoneType", "a batch of None"):
    default_collate([None, None])
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Load ahead, in threads
#
# While the model computes, the next batches can be made ready. Threads are enough for that where
# loading waits (for a disk, a network) or computes in NumPy: both let other threads run. (PyTorch
# uses processes, which can also run Python code side by side, but must send every batch across.)
#
# Three promises make this safe. The batches keep their **order**, whichever thread is faster. They
# are **bounded**: threads run at most `ahead` results ahead, or a fast disk would fill the memory.
# And nothing is **left behind**: when the loop ends, by `break` or an error too, so do the threads.
#
# You need two things. `pool.submit(function, item)` of a `ThreadPoolExecutor` returns a *future* at
# once and lets a thread call `function(item)`; `future.result()` waits for the result, or raises
# what the function raised. And a loop over a generator that stops early closes it: `finally` in the
# generator still runs.
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
            # Six lines: submit; hand out the oldest once `ahead` wait behind it; then the rest.
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
met = list(prefetch(MeetsAnother(), [0, 1], workers=2, ahead=1))
hint = "submit the next item before you wait for the result of this one"
equal(met, [True, True], "whether two calls run at the same time", hint=hint)

# %% nbgrader={"grade_id": "prefetch-hidden", "grade": true, "points": 4}
# Also graded: how far ahead items are taken, fewer items than that, none, errors with their
# traceback, loops broken off, threads that end.
### BEGIN HIDDEN TESTS
items, job = Taken(50), Traced()
results = prefetch(job, items, workers=2, ahead=3)
equal(next(results), 0, "the first result")
what, got = "how many items were taken for the first result", str(items.taken)
true(items.taken == 4, what, expected="4, with ahead=3", got=got)
equal([next(results), next(results)], [-1, -2], "the next two results")
equal(items.taken, 6, "how many items were taken for three results")
results.close()
true(not job.is_alive(), "the threads after the loop", expected="ended")
true(not job.ran_here(), "where the function ran", expected="in other threads")
for count in (0, 1, 3):
    found = list(prefetch(lambda i: i + 1, range(count), workers=4, ahead=8))
    equal(found, list(range(1, count + 1)), f"the results of {count} items with ahead=8")
job = Traced(pause=0.5)
next(prefetch(job, range(20), workers=1, ahead=6))
what, got = "calls after the loop was broken off", f"{len(job.threads)} calls"
true(len(job.threads) <= 3, what, expected="none but the one under way", got=got)
got, names = until_error(prefetch(fails, range(9), workers=2, ahead=4))
equal(got, [0, 1, "item 2 is missing"], "the results before an error, then the error")
true("fails" in names, "the traceback of an error in a thread", expected="it names the function")
### END HIDDEN TESTS

# %% [markdown]
# ## 7. The loader
#
# Given: `DataLoader` joins your pieces. A sampler gives indices, a batch sampler makes lists of
# them, `fetch` looks the examples up and collates them, `prefetch` does so ahead of time.
#
# `fetch` knows one short cut: the rows of a `TensorDataset` come from **one** indexing of each
# tensor instead of 64 look-ups and a stack. Your `TensorDataset` can take a list of indices, after
# all.
#
# Loading ahead, seen on the clock: eight batches that each take 20 ms to load (light) and 20 ms to
# use (dark). Without a thread they wait for each other; one thread loads the next batch meanwhile,
# and the same work is done in little more than half the time.

# %% given: loader

# %% given: slow

# %% [markdown]
# ## 8. Predict, then measure: what a loader costs
#
# Before a run of hours one wants to know two numbers: how many steps an epoch has, and how much
# memory the loader takes. Both follow from its options. For the second, count the batches that are
# in memory at the same time. With threads: the one the loop works on, and `ahead` that wait in
# `prefetch`, `num_workers * prefetch_factor` of them. Without: the next batch is made while the
# loop's variable still holds the last one, so for a moment there are two.
#
# **Exercise 7 · medium · 15 minutes.** Fill in `loader_cost`.


# %% nbgrader={"grade_id": "loader-cost", "solution": true}
def loader_cost(
    count: int, item_bytes: int, batch_size: int, drop_last=False, num_workers=0, prefetch_factor=2
) -> tuple[int, int]:
    """How many batches an epoch has, and how many bytes of batches are in memory at the most.

    count: examples. item_bytes: bytes of one example. Batches count as full ones. In memory are one
    in the loop and those that wait in `prefetch`, but at least two, as far as the epoch has them.
    """
    # Four lines: batches as in exercise 4; how many wait; how many are in memory.
    ### BEGIN SOLUTION
    batches = count // batch_size if drop_last else math.ceil(count / batch_size)
    ahead = num_workers * prefetch_factor
    held = min(batches, max(2, ahead + 1))
    return batches, held * batch_size * item_bytes
    ### END SOLUTION


# %% nbgrader={"grade_id": "loader-cost-test", "grade": true, "points": 2}
# 1,000 examples of 10 bytes in batches of 64, without threads and with one.
equal(loader_cost(1000, 10, 64), (16, 1280), "loader_cost(1000, 10, 64)", suspects=MISTAKES["cost"])
cost, hint = loader_cost(1000, 10, 64, num_workers=1), "the loop holds one batch, two wait"
equal(cost, (16, 1920), "loader_cost(1000, 10, 64, num_workers=1)", hint=hint)

# %% nbgrader={"grade_id": "loader-cost-hidden", "grade": true, "points": 2}
# Also graded: drop_last, several workers, another prefetch_factor, epochs of few batches.
### BEGIN HIDDEN TESTS
equal(loader_cost(1000, 8, 64, drop_last=True), (15, 1024), "the cost with drop_last")
equal(loader_cost(1024, 8, 64), (16, 1024), "the cost where batches come out even")
equal(loader_cost(60000, 1, 100, num_workers=4), (600, 900), "the cost with 4 workers")
equal(loader_cost(60000, 1, 100, False, 3, 5), (600, 1600), "the cost with 3 workers, 5 each")
equal(loader_cost(60000, 1, 100, False, 1, 1), (600, 200), "the cost with one batch ahead")
equal(loader_cost(300, 2, 100, num_workers=4), (3, 600), "the cost of 3 batches with 4 workers")
equal(loader_cost(100, 2, 100), (1, 200), "the cost of one batch")
### END HIDDEN TESTS

# %% [markdown]
# Now measure, with `tracemalloc` of module 01, on 8,000 MNIST digits in batches of 128. The bars
# are your prediction and the dots the measured peak; the dots should sit on the ends of the bars.

# %% given: measuring

# %%
predicted = [loader_cost(len(rows), item_bytes, 128, **more)[1] for more in options.values()]
found = [measured(DataLoader(rows, batch_size=128, **more)) for more in options.values()]
draw_costs(predicted, found)

# %% [markdown]
# ## 9. Files from elsewhere
#
# MNIST and its relatives are published as IDX files: a short header, then the values, nothing else.
# The header says what comes, most significant byte first (*big-endian*; your computer almost surely
# stores the least significant one first):
#
# | bytes | meaning | for 60,000 images |
# |---|---|---|
# | 0, 1 | always 0 | `00 00` |
# | 2 | type of the values, a key of `IDX_TYPES` | `08` (bytes) |
# | 3 | number of dimensions | `03` |
# | 4 to 7 | first size | `00 00 ea 60` (60,000) |
# | 8 to 11, ... | the other sizes, four bytes each | `00 00 00 1c` (28), twice |
#
# A file from elsewhere may be cut off, of another kind, or a trap. So the header is checked before
# anything is believed, and `read_idx` (given, below) allocates nothing that was not checked.
#
# **Exercise 8 · medium · 20 minutes.** Fill in `idx_header`. `int.from_bytes(four_bytes, "big")` or
# `np.frombuffer(content, ">u4", ...)` reads big-endian numbers.


# %% nbgrader={"grade_id": "idx-header", "solution": true}
#| export
IDX_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def idx_header(content: bytes) -> tuple[str, tuple]:
    """The type (a value of IDX_TYPES) and the shape that the header of an IDX file announces.

    content: the first bytes of the file; what follows the header is ignored.
    Raises: ValueError with "not an IDX file" if it does not begin with two zero bytes or the type
    is unknown; with "cut off" if it ends before the header does (or has less than four bytes).
    """
    # Nine lines: what can be checked in the first four bytes; then the sizes.
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
# The header of MNIST's training images, and a file that is none.
content = bytes.fromhex("00 00 08 03 00 00 ea 60 00 00 00 1c 00 00 00 1c") + b"pixels"
wanted, what = (">u1", (60000, 28, 28)), "the header of 60,000 images of 28 x 28"
equal(idx_header(content), wanted, what, suspects=MISTAKES["header"])
with raises(ValueError, "not an IDX file", "a PNG picture"):
    idx_header(b"\x89PNG\r\n\x1a\n" + bytes(20))

# %% nbgrader={"grade_id": "idx-header-hidden", "grade": true, "points": 3}
# Also graded: labels, other types, no dimensions, large sizes, unknown types, headers cut off.
### BEGIN HIDDEN TESTS
for header, wanted, what, hint in (
    ("00 00 08 01 00 00 27 10 07 02", (">u1", (10000,)), "the header of 10,000 labels", ""),
    ("00 00 0d 02 00 00 00 02 01 00 00 03", (">f4", (2, 16777219)), "the header of floats", ""),
    ("00 00 0c 04" + "00 00 00 05" * 4, (">i4", (5, 5, 5, 5)), "four dimensions", ""),
    ("00 00 0e 00", (">f8", ()), "a header without dimensions", ""),
    ("00 00 09 01 ff ff ff ff", (">i1", (4294967295,)), "the largest size", "sizes have no sign"),
):
    equal(idx_header(bytes.fromhex(header)), wanted, what, hint=hint)
with raises(ValueError, "not an IDX file", "the type 0x0a, which does not exist"):
    idx_header(bytes.fromhex("00 00 0a 01 00 00 00 01"))
with raises(ValueError, "not an IDX file", "a second byte that is not 0"):
    idx_header(bytes.fromhex("00 01 08 01 00 00 00 01"))
for end in (0, 3, 4, 7, 11):
    with raises(ValueError, "cut off", f"a header of 12 bytes, cut off after {end}"):
        idx_header(bytes.fromhex("00 00 08 02 00 00 00 01 00 00 00 01")[:end])
### END HIDDEN TESTS

# %% [markdown]
# Given: `read_idx` for one file, `read_mnist` for a pair of images and labels, and `read_cifar10`
# for the binary version of CIFAR-10, which is rows of one label byte and 3 x 32 x 32 pixels. They
# read files as published, gzipped or not, refuse what is damaged or larger than `limit`, and write
# nothing to the disk. To fetch the files, see `tinytorch_data.download`.

# %% given: files

# %% given: five-digits

# %% [markdown]
# ## 10. More data from the data you have
#
# A 7 one pixel further left is still a 7. *Augmentation* changes images at random as they are
# loaded, so that a model never sees the same one twice. Given, on arrays (n, height, width) or (n,
# channels, height, width), with a draw of its own for each image: `random_flip`, `random_shift`,
# and `normalize`. A mirrored digit is mostly no digit, so digits are shifted, not flipped.
#
# Below, a column is one digit: as it is, moved by up to four pixels, mirrored (about every second),
# and with a mean near 0, which looks the same, as only the scale of the numbers changes.

# %% given: augmentation

# %% given: views

# %% [markdown]
# ## 11. Put to use: real digits
#
# Everything at once: your loader, the layers of module 03, the loss of module 04, the gradients of
# module 02, and a training loop by hand. The update has *momentum*: it follows a running sum of
# gradients rather than the last one. (Optimizers are module 06, so here it is three lines.)
#
# First the question of section 3: does the order matter? The same network, the same 8x8 digits,
# three epochs; once in the order of the classes, once shuffled. Each point is the loss of one
# batch.

# %% given: training

# %% given: order

# %% [markdown]
# Sorted, the loss falls as long as the class stays the same and leaps up with the next one: the
# network learns to say what it saw last, and gets nowhere. Shuffled, it falls for all classes.
#
# Now in earnest. A part of the training digits, the **validation set**, is kept aside by
# `random_split`, to see how well training goes without touching the test digits; those are read
# once, at the end.

# %%
generator = Generator(0)
learn, aside = random_split(digits_train, [0.9, 0.1], generator=generator)
model = perceptron(64, 128, seed=0)
train(model, DataLoader(learn, 32, shuffle=True, generator=generator), 30, 0.05)
show_accuracy(model, aside, "kept aside")
assert show_accuracy(model, digits_test, "digits of 8 x 8 that it has never seen") >= 0.96

# %% [markdown]
# And MNIST: 8,000 digits of 28 x 28 to learn from, shifted anew by up to two pixels each time.

# %%
loader = DataLoader(mnist_train, batch_size=64, shuffle=True, generator=generator, num_workers=1)
model, begun = perceptron(784, 128, seed=0), time.perf_counter()
losses = train(model, loader, 12, 0.05, lambda images: random_shift(images, 2, generator))
seconds = time.perf_counter() - begun
assert show_accuracy(model, mnist_test, f"digits of MNIST, after {seconds:.0f} s") >= 0.92

# %% given: errors

# %% [markdown]
# Left, the loss on the way; right, digits it still gets wrong, with the right answer first. Some
# would make you hesitate too.
#
# ## Reflection
#
# Here the digits are shifted in the loop, after loading. Shifted in the dataset's `__getitem__`
# instead, they would come the same from the same seed with one worker, but not with four that draw
# from one generator. Why not? And what would you change so that they do?

# %% [markdown]
# *Your answer here.*
