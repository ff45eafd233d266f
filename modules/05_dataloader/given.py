"""What module 05 gives ready-made, in sections that dataloader.py puts in place."""

# %% given: imports "what the module needs: Python's library, NumPy, tensors and random numbers"
#| default_exp core.dataloader
#| export
import gzip
import math
import tarfile
import zlib
from collections import deque
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from numbers import Real
from pathlib import Path

import numpy as np

from tinytorch.core.tensor import Tensor, randint, randperm, stack, tensor
from tinytorch.lib.datasets import Dataset, IterableDataset, as_index, count_of, rows_in
from tinytorch.lib.images import check_images, per_channel
from tinytorch.lib.layer_checks import check_switch
from tinytorch.lib.loading import (
    FIXED,
    Ahead,
    Workers,
    attempt,
    check_batches,
    check_options,
    check_draws,
    check_workers,
    numbered,
    result_of,
)
from tinytorch.lib.random import default_generator, source
from tinytorch.lib.settings import as_path, check_number


# %% given: notebook-imports "what only this notebook needs: figures, data, checks and a network"
import struct
import tempfile
import threading
import time
import traceback
import tracemalloc
from typing import NamedTuple

import matplotlib.pyplot as plt
from matplotlib.colors import PowerNorm

from tinytorch.core.autograd import no_grad
from tinytorch.core.layers import Flatten, Linear, ReLU, Sequential
from tinytorch.core.losses import cross_entropy
from tinytorch.core.tensor import Generator, manual_seed
from tinytorch_data import digits, mnist
from tito.checks import close, equal, raises, true


# %% given: tests "what the tests use: common MISTAKES, check_seeds, items and functions to watch"
MISTAKES = {
    "batches": {
        "the last batch is missing": [[0, 1, 2], [3, 4, 5], [6, 7, 8]],
        "the same list was handed out again and again": [[9]] * 4,
        "drop_last was ignored": [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9]],
        "an empty one came": [[[0, 1, 2], [3, 4, 5], []], [[0, 1, 2], [3, 4, 5]]],
    },
    "results": {"the rest was not handed out at the end": [0, 1, 4]},
    "cost": {
        "the short batch was not counted": (15, 1280),
        "only one batch was counted": (16, 640),
    },
    "header": {
        "least significant byte first": (">u1", (1625948160, 469762048, 469762048)),
        "the sizes were read from the first byte on": (">u1", (2051, 60000, 28)),
    },
}


def check_seeds(draw, what: str) -> None:
    """`draw(generator)` is random; a seed repeats it, manual_seed does so for None."""
    first, again, other = (draw(Generator(seed)) for seed in (8, 8, 9))
    equal(again, first, f"{what} from the same seed again", hint="pass the generator on")
    true(other != first, f"{what} from two seeds", expected="different", got="the same")
    manual_seed(3)
    first, second = draw(None), draw(None)
    true(first != second, f"{what} twice without a generator", expected="different", got="the same")
    manual_seed(3)
    equal(draw(None), first, f"{what} after manual_seed(3) again", hint="pass None on as well")


class Taken:
    """0, 1, 2, ... up to `count`, for one loop; `taken` says how many were asked for so far."""

    def __init__(self, count: int):
        self.left, self.taken = iter(range(count)), 0

    def __iter__(self):
        return self

    def __next__(self) -> int:
        item = next(self.left)
        self.taken += 1
        return item


class Pair(NamedTuple):
    """An example whose two parts have names."""

    x: int
    y: int


class FirstIsSlow:
    """The square of an item; for item 0 it waits until another one is done, or half a second."""

    def __init__(self):
        self.another = threading.Event()

    def __call__(self, item: int) -> int:
        self.another.wait(0.5) if item == 0 else self.another.set()
        return item * item


class MeetsAnother:
    """Whether another call, in another thread, is under way within a second."""

    def __init__(self):
        self.meeting = threading.Barrier(2, timeout=1.0)

    def __call__(self, item: int) -> bool:
        try:
            return self.meeting.wait() >= 0
        except threading.BrokenBarrierError:  # nobody came in time
            return False


class Traced:
    """Minus the item, after a pause for all but item 0; `threads` has the thread of each call."""

    def __init__(self, pause: float = 0.0):
        self.pause, self.threads = pause, []

    def __call__(self, item: int) -> int:
        self.threads.append(threading.current_thread())
        time.sleep(self.pause if item else 0)
        return -item

    def is_alive(self) -> bool:
        """Whether one of the threads has not ended."""
        return any(thread.is_alive() for thread in self.threads)

    def ran_here(self) -> bool:
        """Whether a call ran in the thread that asks."""
        return threading.current_thread() in self.threads


def fails(item: int) -> int:
    """The item, but an error for item 2."""
    if item == 2:
        raise LookupError("item 2 is missing")
    return item


def until_error(results) -> tuple[list, list[str]]:
    """The results up to an error, with its text as the last; the functions in its traceback."""
    got = []
    try:
        for result in results:
            got.append(result)
    except LookupError as error:
        names = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
        return [*got, str(error)], names
    return got, []


# %% given: subset "Subset: some examples of a dataset; part_sizes: how many go into each part"
#| export
class Subset(Dataset):
    """The examples of `dataset` at `indices`: example 0 is `dataset[indices[0]]`.

    Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.Subset
    """

    def __init__(self, dataset, indices):
        if not hasattr(dataset, "__getitem__") or not hasattr(indices, "__getitem__"):
            kinds = f"{type(dataset).__name__} and {type(indices).__name__}"
            raise TypeError(f"a Subset takes a dataset and a list of indices, not {kinds}")
        self.dataset, self.indices = dataset, indices

    def __getitem__(self, index):
        if isinstance(index, list):
            return self.dataset[[self._place(i) for i in index]]
        return self.dataset[self._place(index)]

    def _place(self, index):
        if not -len(self) <= as_index(index) < len(self):
            raise IndexError(f"a Subset of {len(self)} examples has no example {index}")
        return self.indices[index]

    def __len__(self) -> int:
        return len(self.indices)


def part_sizes(lengths, count: int) -> list[int]:
    """How many of `count` examples each part gets; fractions are rounded down.

    What rounding leaves over goes to the parts one by one, from the first on.
    Raises: ValueError if the lengths do not add up to `count`, or the fractions to 1.
    """
    sizes = lengths = list(lengths) if hasattr(lengths, "__iter__") else [lengths]
    if not all(isinstance(size, Real) for size in sizes):
        raise TypeError(f"random_split got lengths {sizes}: they are numbers")
    if math.isclose(sum(sizes), 1):
        if any(not 0 <= part <= 1 for part in sizes):
            raise ValueError(f"random_split got the fractions {sizes}: each must be from 0 to 1")
        sizes = [math.floor(part * count) for part in sizes]
        for i in range(count - sum(sizes)):
            sizes[i % len(sizes)] += 1
    if sum(sizes) != count or any(size < 0 or size != int(size) for size in sizes):
        raise ValueError(
            f"random_split got lengths {lengths} for {count} examples: they must add up to "
            f"{count}, or be fractions that add up to 1"
        )
    return [int(size) for size in sizes]


# %% given: samplers "Sampler and SequentialSampler"
#| export
class Sampler:
    """What all samplers have in common: looping over one yields the indices of an epoch.

    Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.Sampler
    """

    def __iter__(self):
        raise NotImplementedError(f"{type(self).__name__} needs a method __iter__(self)")


class SequentialSampler(Sampler):
    """0, 1, 2, ...: the order of the dataset.

    Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.SequentialSampler
    """

    def __init__(self, data_source):
        self.data_source = data_source

    def __iter__(self):
        return iter(range(len(self)))

    def __len__(self) -> int:
        return count_of(self.data_source, "SequentialSampler")


# %% given: classes "the figure: how many digits of each class a batch holds, in order and shuffled"
train_images, train_labels, test_images, test_labels = digits()
by_class = train_labels[np.argsort(train_labels, kind="stable")]
samplers = {
    "in order": SequentialSampler(by_class),
    "shuffled": RandomSampler(by_class, generator=Generator(0)),
}
fig, axes = plt.subplots(1, 2, figsize=(8, 2.6), sharey=True, layout="constrained")
for ax, (title, sampler) in zip(axes, samplers.items(), strict=True):
    batches = BatchSampler(sampler, 64, drop_last=False)
    counts = np.array([np.bincount(by_class[batch], minlength=10) for batch in batches])
    image = ax.imshow(counts.T, cmap="Blues", norm=PowerNorm(0.5, 0, 64), aspect="auto")
    classes = np.count_nonzero(counts, axis=1)
    assert classes.max() <= 3 if title == "in order" else classes.min() >= 6
    ax.set(title=title, xlabel="batch", yticks=range(0, 10, 3))
axes[0].set(ylabel="class")
fig.colorbar(image, ax=axes, label="examples")
plt.show()


# %% given: stacked "stacked: joins tensors or arrays in one tensor; first_of: the first of a kind"
#| export
HELP = "make them alike, or give the DataLoader a collate_fn"


def first_of(batch):
    """The first example. Raises: TypeError if another one is of another kind."""
    if not isinstance(batch, Iterable):
        raise TypeError(f"a batch is a list of examples, not {type(batch).__name__}")
    if not len(batch):
        raise IndexError("a batch of no examples cannot be collated")
    first = next(iter(batch))
    for kind in ((bool, int, float, np.number, np.bool_), dict, (tuple, list)):
        for x in batch if isinstance(first, kind) else ():
            if not isinstance(x, kind):
                kinds = f"{type(first).__name__} and {type(x).__name__}"
                raise TypeError(f"a batch holds {kinds}: {HELP}")
    return first


def stacked(batch) -> Tensor:
    """Tensors or arrays of one shape as one tensor with a new first dimension.

    Raises: RuntimeError naming two shapes that differ; TypeError for what is no number.
    """
    kind, shape, dtype = type(batch[0]), batch[0].shape, batch[0].dtype
    for x in batch:
        if not isinstance(x, kind):
            raise TypeError(f"a batch holds {kind.__name__} and {type(x).__name__}: {HELP}")
        if x.shape != shape:
            raise RuntimeError(f"the examples of a batch have shapes {shape} and {x.shape}: {HELP}")
        if x.dtype.kind not in "biuf":
            raise TypeError(f"a tensor holds numbers, and an example holds {x.dtype}: {HELP}")
    if isinstance(batch[0], Tensor):
        if any(x.requires_grad or x.dtype != dtype for x in batch):
            return stack(batch)
        batch = [x.array for x in batch]
    elif any(x.dtype != dtype for x in batch):
        return stack([tensor(x) for x in batch])
    return Tensor(np.array(batch))


# %% given: loader "DataLoader; fetch and rows_of: the examples at some indices as one batch"
#| export
def fetch(indices, dataset, collate_fn):
    """The examples of `dataset` at `indices`, collated."""
    if not hasattr(indices, "__iter__"):
        raise TypeError(f"a batch_sampler gives lists of indices, not {type(indices).__name__}")
    if collate_fn is default_collate:
        rows = rows_of(dataset, indices)
        if rows is not None:
            return rows
    if hasattr(dataset, "__getitems__"):
        return collate_fn(dataset.__getitems__(indices))
    return collate_fn([dataset[index] for index in indices])


def rows_of(dataset, indices) -> list | None:
    """The batch as rows of the tensors in a TensorDataset, also inside Subsets; None elsewhere.

    A subclass with its own `__getitem__`, which may change examples, is left to that.
    """
    while type(dataset) is Subset:
        indices = [dataset.indices[index] for index in indices]
        dataset = dataset.dataset
    plain = getattr(type(dataset), "__getitem__", None) is TensorDataset.__getitem__
    if not plain:
        return None
    indices = list(indices)
    if indices and hasattr(indices[0], "item"):  # of tensors and arrays
        indices = [int(index) for index in indices]
    return list(dataset[indices])


class DataLoader:
    """Batches of `dataset`, epoch by epoch: looping over it gives one epoch.

    batch_size: examples per batch. shuffle: a new random order in each epoch, from `generator` or
    the default one. sampler: gives the order instead. batch_sampler: gives whole lists of indices.
    collate_fn: makes a batch from a list of examples. drop_last: leave out a short last batch.
    num_workers: how many threads load ahead; 0 means none. prefetch_factor: how many batches ahead
    for each thread, 2 by default. worker_init_fn: called in each thread, with its number.
    What has no meaning for threads and without a GPU is accepted: pin_memory, timeout, ...
    A batch draws its random numbers from a stream that follows from the generator's seed, the epoch
    and the number of the batch: it is the same whoever makes it, and whenever.
    Raises: ValueError for options that contradict each other.
    Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader
    """

    def __init__(
        self,
        dataset,
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler=None,
        batch_sampler=None,
        num_workers: int = 0,
        collate_fn=None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn=None,
        multiprocessing_context=None,
        generator=None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
    ):
        check_options(dataset, batch_size, shuffle, sampler, batch_sampler, drop_last)
        functions = {"collate_fn": collate_fn, "worker_init_fn": worker_init_fn}
        check_workers(num_workers, prefetch_factor, persistent_workers, **functions)
        self.dataset, self.generator, self.drop_last = dataset, generator, drop_last
        self.num_workers, self.prefetch_factor = num_workers, prefetch_factor
        self.pin_memory, self.persistent_workers = pin_memory, persistent_workers
        self.worker_init_fn, self.collate_fn = worker_init_fn, collate_fn or default_collate
        self.batch_size, self.sampler, self.batch_sampler = batch_size, sampler, batch_sampler
        if batch_sampler is None:
            if sampler is None:
                self.sampler = self._sampler(shuffle)
            self.batch_sampler = BatchSampler(self.sampler, batch_size, drop_last)
        else:
            self.batch_size = None
        self._is_made = True

    def _sampler(self, shuffle):
        if isinstance(self.dataset, IterableDataset):
            return self.dataset  # it gives examples itself, where others give indices
        if shuffle:
            return RandomSampler(self.dataset, generator=self.generator)
        return SequentialSampler(self.dataset)

    def __setattr__(self, name: str, value):
        if name in FIXED and hasattr(self, "_is_made"):
            raise ValueError(f"the {name} of a DataLoader is fixed: make another DataLoader")
        super().__setattr__(name, value)

    def __iter__(self):
        seed = source(self.generator).stream_seed()
        if isinstance(self.dataset, IterableDataset):
            job, only, init = self.collate_fn, None, None
        else:
            job = partial(fetch, dataset=self.dataset, collate_fn=self.collate_fn)
            only, init = default_generator, self.worker_init_fn
        items = numbered(self.batch_sampler, seed, only)
        if self.num_workers == 0:
            return map(result_of, map(partial(attempt, job=job, seed=seed), items))
        workers = Workers(self.num_workers, seed, self.dataset, init)
        ahead = self.num_workers * (self.prefetch_factor or 2)
        job = partial(attempt, job=job, seed=seed, workers=workers)
        threads = {"workers": self.num_workers, "ahead": ahead}
        return Ahead(lambda items: prefetch(job, items, **threads), items)

    def __len__(self) -> int:
        return len(self.batch_sampler)


# %% given: slow "the figure: eight batches loaded and used, without threads and with one"
class SlowDataset(Dataset):
    """Eight examples; each takes 20 ms to load, and a note is kept of when."""

    def __init__(self):
        self.begun = time.perf_counter()
        self.loaded = {}

    def now(self):
        return 1000 * (time.perf_counter() - self.begun)

    def __getitem__(self, index):
        start = self.now()
        time.sleep(0.02)
        self.loaded[index] = (start, self.now() - start)
        return index

    def __len__(self):
        return 8


fig, axes = plt.subplots(2, 1, figsize=(7, 2.4), sharex=True, layout="constrained")
for ax, workers in zip(axes, (0, 1), strict=True):
    slow, used = SlowDataset(), []
    for _ in DataLoader(slow, num_workers=workers):
        start = slow.now()
        time.sleep(0.02)
        used.append((start, slow.now() - start))
    loads = sorted(slow.loaded.values())
    ax.broken_barh(loads, (1.1, 0.8), color="tab:cyan", edgecolor="white")
    ax.broken_barh(used, (0.1, 0.8), color="tab:blue", edgecolor="white")
    ax.set(yticks=[0.5, 1.5], yticklabels=["use", "load"], title=f"num_workers={workers}")
    overlap = any(loads[i + 1][0] < sum(used[i]) for i in range(7))
    assert overlap == (workers > 0)
axes[1].set(xlabel="milliseconds")
plt.show()


# %% given: measuring "rows: 8,000 digits; options; measured: bytes in use; draw_costs: the figure"
rows = TensorDataset(*(tensor(array) for array in mnist()[:2]))
item_bytes = sum(x[0].nbytes for x in rows.tensors)
options = {
    "no threads": {},
    "1 thread": {"num_workers": 1},
    "2 threads": {"num_workers": 2},
    "2 threads, 4 each": {"num_workers": 2, "prefetch_factor": 4},
}


def measured(loader) -> int:
    """The most bytes in use at the same time during an epoch, beyond those in use before it."""
    tracemalloc.start()
    for _batch in loader:
        time.sleep(0.005)  # time for the threads to fill what they may
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def draw_costs(predicted: list[int], found: list[int]) -> None:
    """Draw the bytes for each set of options: bars predicted, dots measured."""
    print("measured / predicted:", np.round(np.divide(found, predicted), 2))
    _, ax = plt.subplots(figsize=(6, 2.2), layout="constrained")
    places = range(len(options))
    ax.barh(places, np.divide(predicted, 1e6), color="lightsteelblue", label="predicted")
    ax.plot(np.divide(found, 1e6), places, "o", color="tab:blue", label="measured")
    ax.set(yticks=places, yticklabels=options, xlabel="megabytes")
    ax.invert_yaxis()
    ax.legend()
    plt.show()
    assert np.allclose(found, predicted, rtol=0.2), "the dots are not at the ends of the bars"


# %% given: files "read_idx, read_mnist and read_cifar10, which refuse a damaged file"
#| export
LIMIT = 2**28  # bytes; the largest of these datasets unpacks to 184 million
CHUNK = 2**20
CIFAR10_ROW = 1 + 3 * 32 * 32
CIFAR10_FILE = 10_000 * CIFAR10_ROW


@contextmanager
def opened(path):
    """The file at `path`, unpacked on the way if it is gzipped, whatever its name says.

    Raises: ValueError naming the file, for damage found while it is read.
    """
    with as_path("path", path).open("rb") as file:
        try:
            yield gzip.GzipFile(fileobj=file) if file.peek(2)[:2] == b"\x1f\x8b" else file
        except (EOFError, gzip.BadGzipFile, zlib.error, tarfile.TarError, ValueError) as error:
            raise ValueError(f"{path} cannot be read: {error}") from None


def read_up_to(file, count: int) -> bytes:
    """`count` bytes, or fewer if the file ends: memory is taken as they come, not before."""
    parts = []
    while count > 0 and (part := file.read(min(count, CHUNK))):
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def read_idx(path, limit: int = LIMIT) -> np.ndarray:
    """The array in an IDX file, plain or gzipped, in its shape and this machine's byte order.

    limit: the most bytes of values that are accepted.
    Raises: ValueError if the file is of another kind, cut off, too long, or beyond the limit.
    Source: http://yann.lecun.com/exdb/mnist/ (at the end of the page)
    """
    check_number("limit", limit, at_least=0, whole=True)
    with opened(path) as file:
        head = read_up_to(file, 4)
        dtype, shape = idx_header(head + read_up_to(file, 4 * head[3] if len(head) == 4 else 0))
        size = math.prod(shape) * np.dtype(dtype).itemsize
        if size > limit:
            raise ValueError(f"its header announces {size:,} bytes: the limit is {limit:,}")
        content = read_up_to(file, size + 1)
        if len(content) != size:
            amount = f"only {len(content):,}" if len(content) < size else "more"
            raise ValueError(f"its header announces {size:,} bytes of values, it holds {amount}")
        array = np.frombuffer(content, dtype).reshape(shape)
    return array.astype(array.dtype.newbyteorder("="))


def read_mnist(images_path, labels_path, limit: int = LIMIT) -> tuple[np.ndarray, np.ndarray]:
    """The images (uint8, (n, height, width)) and labels (int64, (n,)) of two IDX files.

    For MNIST, Fashion-MNIST and others of ten classes. Arguments in the wrong order are noticed.
    Raises: ValueError if a file cannot be read, or the two do not belong together.
    """
    images, labels = read_idx(images_path, limit), read_idx(labels_path, limit)
    if images.ndim != 3 or images.dtype != np.uint8:
        raise ValueError(f"{images_path} holds {images.dtype} of shape {images.shape}, not images")
    if labels.ndim != 1 or labels.dtype != np.uint8 or labels.max(initial=0) > 9:
        raise ValueError(f"{labels_path} does not hold labels from 0 to 9")
    if len(images) != len(labels):
        raise ValueError(
            f"{images_path} holds {len(images)} images, {labels_path} {len(labels)} labels"
        )
    return images, labels.astype(np.int64)


class Limited:
    """A file that gives up after `limit` bytes: a small packed file may unpack to a huge one."""

    def __init__(self, file, limit: int):
        self.file, self.limit, self.left = file, limit, limit

    def read(self, count: int) -> bytes:
        content = read_up_to(self.file, min(count, self.left + 1))
        self.left -= len(content)
        if self.left < 0:
            raise ValueError(f"it unpacks to more than the limit of {self.limit:,} bytes")
        return content


def cifar10_members(file, wanted: tuple, limit: int) -> list[bytes]:
    """The contents of the members called `wanted` in a tar archive, wherever they are in it."""
    found = {}
    with tarfile.open(fileobj=Limited(file, limit), mode="r|") as archive:
        for member in archive:
            name = member.name.rpartition("/")[2]
            if name in wanted and member.isreg():
                if member.size > CIFAR10_FILE:
                    raise ValueError(f"{name} in it holds {member.size:,} bytes, which is too many")
                found[name] = archive.extractfile(member).read()
    missing = [name for name in wanted if name not in found]
    if missing:
        raise ValueError(f"it does not hold {', '.join(missing)}")
    return [found[name] for name in wanted]


def read_cifar10(path, train: bool = True, limit: int = LIMIT) -> tuple[np.ndarray, np.ndarray]:
    """The images (uint8, (n, 3, 32, 32)) and labels (int64, (n,)) of CIFAR-10's binary version.

    path: the archive, from which the five training batches or the test batch are read, or a single
    `.bin` file (then `train` means nothing).
    Raises: ValueError if something is missing, cut off, mislabelled or beyond the limit.
    Source: https://www.cs.toronto.edu/~kriz/cifar.html
    """
    check_switch("read_cifar10", train=train)
    check_number("limit", limit, at_least=0, whole=True)
    batches = tuple(f"data_batch_{i}.bin" for i in range(1, 6)) if train else ("test_batch.bin",)
    path = as_path("path", path)
    is_archive = ".tar" in path.name or path.suffix == ".tgz"
    with opened(path) as file:
        if is_archive:
            content = b"".join(cifar10_members(file, batches, limit))
        else:
            content = Limited(file, limit).read(limit + 1)
        if not content or len(content) % CIFAR10_ROW:
            raise ValueError(
                f"{len(content):,} bytes are not a whole number of rows of {CIFAR10_ROW}"
            )
        rows = np.frombuffer(content, np.uint8).reshape(-1, CIFAR10_ROW)  # (n, 1 + 3 * 32 * 32)
        if rows[:, 0].max() > 9:
            raise ValueError(f"it holds the label {rows[:, 0].max()}: CIFAR-10 has 0 to 9")
    return rows[:, 1:].reshape(-1, 3, 32, 32).copy(), rows[:, 0].astype(np.int64)


# %% given: five-digits "your idx_header at work: five digits written and read back, then cut off"
pixels = (digits().test_images[:5] * 16).astype(np.uint8)
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "five-images-idx3-ubyte.gz"
    path.write_bytes(
        gzip.compress(b"\0\0\x08\x03" + struct.pack(">3I", *pixels.shape) + pixels.tobytes())
    )
    back = read_idx(path)
    path.write_bytes(path.read_bytes()[:100])
    try:
        read_idx(path)
    except ValueError as error:
        print("ValueError: ...", str(error).partition(".gz ")[2])
assert np.array_equal(back, pixels)


# %% given: augmentation "normalize, random_flip, random_shift: whole batches of images at once"
#| export
def normalize(images: np.ndarray, mean, std) -> np.ndarray:
    """`(images - mean) / std` in float32; `mean` and `std` are numbers, or one for each channel.

    Shapes: (n, height, width) or (n, channels, height, width), kept.
    """
    check_images(images, "normalize")
    mean, std = (per_channel(value, images, what) for value, what in ((mean, "mean"), (std, "std")))
    return (images - mean) / std


def random_flip(images: np.ndarray, p: float = 0.5, generator=None) -> np.ndarray:
    """The images, of shape (n, ..., width), each mirrored left to right with probability `p`."""
    check_images(images, "random_flip")
    check_number("p", p, at_least=0, at_most=1)
    draws = source(generator).rng.random(len(images)) < p
    return np.where(draws.reshape(-1, *(1,) * (images.ndim - 1)), images[..., ::-1], images)


def random_shift(images: np.ndarray, pixels: int, generator=None) -> np.ndarray:
    """The images, each moved by up to `pixels` up or down and left or right; zeros come in.

    The same as padding each with zeros and cropping it to its size at a random place.
    Shapes: (n, height, width) or (n, channels, height, width), kept.
    """
    check_images(images, "random_shift")
    check_number("pixels", pixels, at_least=0, whole=True)
    rng = source(generator).rng
    down, right = rng.integers(0, 2 * pixels + 1, (2, len(images)))
    margin = [(0, 0)] * (images.ndim - 2) + [(pixels, pixels)] * 2
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(images, margin), images.shape[-2:], axis=(-2, -1)
    )  # (n, ..., 2 * pixels + 1, 2 * pixels + 1, height, width)
    each = np.arange(len(images))
    if images.ndim == 4:
        return windows[each, :, down, right]
    return windows[each, down, right]


# %% given: views "the figure: eight digits as they are, shifted, flipped and normalized"
few, generator = mnist().train_images[:8], Generator(1)
views = {
    "as they are": few,
    "random_shift": random_shift(few, 4, generator),
    "random_flip": random_flip(few, 0.5, generator),
    "normalize": normalize(few, 0.13, 0.31),
}
fig, axes = plt.subplots(4, 8, figsize=(7, 3.6), layout="constrained")
for row, (title, pictures) in zip(axes, views.items(), strict=True):
    for ax, picture in zip(row, pictures, strict=True):
        ax.imshow(picture, cmap="gray_r", vmin=pictures.min(), vmax=pictures.max())
        ax.set(xticks=[], yticks=[])
    row[0].set_ylabel(title, rotation=0, ha="right", va="center")
plt.show()


# %% given: training "train: a loop by hand, with momentum; show_accuracy; perceptron; the data"
def train(model, loader, epochs: int, lr: float, change=None) -> list[float]:
    """Train by gradient descent with momentum; the loss after each step."""
    steps, losses = [np.zeros(p.shape, np.float32) for p in model.parameters()], []
    for _ in range(epochs):
        for images, labels in loader:
            images = images if change is None else tensor(change(images.numpy()))
            loss = cross_entropy(model(images), labels)
            model.zero_grad()
            loss.backward()
            with no_grad():
                for p, step in zip(model.parameters(), steps, strict=True):
                    step *= 0.9
                    step += p.grad.numpy()
                    p -= lr * step
            losses.append(loss.item())
    return losses


def accuracy(model, dataset) -> float:
    """The share of images that are recognised."""
    with no_grad():
        loader = DataLoader(dataset, batch_size=500)
        right = sum((model(x).argmax(dim=1) == y).sum().item() for x, y in loader)
    return right / len(dataset)


def show_accuracy(model, dataset, what: str) -> float:
    """Print the share of images that are recognised, and return it."""
    share = accuracy(model, dataset)
    print(f"{share:.1%} of {len(dataset)} {what}")
    return share


def perceptron(pixels: int, hidden: int, seed: int) -> Sequential:
    """Two layers, which begin with the same weights for the same seed."""
    manual_seed(seed)
    return Sequential(Flatten(), Linear(pixels, hidden), ReLU(), Linear(hidden, 10))


def datasets(data) -> tuple[TensorDataset, TensorDataset]:
    """Images with their labels: those to learn from, and those to be tested on."""
    images, labels, test_images, test_labels = (tensor(array) for array in data)
    return TensorDataset(images, labels), TensorDataset(test_images, test_labels)


digits_train, digits_test = datasets(digits())
mnist_train, mnist_test = datasets(mnist())


# %% given: order "the figure: the loss of each batch, in the order of the classes and shuffled"
images, labels = digits_train.tensors
order = np.argsort(labels.numpy(), kind="stable").tolist()
in_order = TensorDataset(images[order], labels[order])
fig, ax = plt.subplots(figsize=(6, 3.0), layout="constrained")
for shuffle in (False, True):
    model = perceptron(64, 64, seed=0)
    losses = train(model, DataLoader(in_order, 32, shuffle, generator=Generator(0)), 3, 0.02)
    name = "shuffled" if shuffle else "in the order of the classes"
    share = accuracy(model, digits_test)
    assert share > 0.8 if shuffle else share < 0.5
    ax.plot(losses, label=f"{name}: {share:.0%} of test digits right")
ax.set(xlabel="step", ylabel="loss of the batch", ylim=(0, 3.6))
ax.legend(loc="lower left", fontsize=8)
plt.show()


# %% given: errors "the figure: the loss on the way, and digits that are still read wrongly"
with no_grad():
    guesses = model(mnist_test.tensors[0]).argmax(dim=1).numpy()
test_images, test_labels = (x.numpy() for x in mnist_test.tensors)
wrong = np.flatnonzero(guesses != test_labels)[:8]
fig = plt.figure(figsize=(8, 2.6), layout="constrained")
axes = fig.subplot_mosaic([["loss"] * 4 + list("abcd"), ["loss"] * 4 + list("efgh")])
axes["loss"].semilogy(np.convolve(losses, np.ones(25) / 25, "valid"))
axes["loss"].set(xlabel="step", ylabel="loss (mean of 25 steps)")
axes["loss"].set_yticks([0.2, 0.5, 1, 2], ["0.2", "0.5", "1", "2"])
axes["loss"].minorticks_off()
for name, i in zip("abcdefgh", wrong, strict=True):
    axes[name].imshow(test_images[i], cmap="gray_r")
    axes[name].set(xticks=[], yticks=[])
    axes[name].set_title(f"{test_labels[i]}, not {guesses[i]}", fontsize=8)
plt.show()
