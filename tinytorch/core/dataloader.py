# generated from modules/05_dataloader/dataloader.py by `tito build`: edit that file

# %% auto #0
__all__ = ['HELP', 'IDX_TYPES', 'LIMIT', 'CHUNK', 'CIFAR10_ROW', 'CIFAR10_FILE', 'TensorDataset', 'Subset', 'part_sizes',
           'random_split', 'Sampler', 'SequentialSampler', 'RandomSampler', 'BatchSampler', 'first_of', 'stacked',
           'default_collate', 'prefetch', 'fetch', 'rows_of', 'DataLoader', 'idx_header', 'opened', 'read_up_to',
           'read_idx', 'read_mnist', 'Limited', 'cifar10_members', 'read_cifar10', 'normalize', 'random_flip',
           'random_shift']

# %% #ff21d79aedb7
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

from .tensor import Tensor, randint, randperm, stack, tensor
from ..lib.datasets import Dataset, IterableDataset, as_index, count_of, rows_in
from ..lib.images import check_images, per_channel
from ..lib.layer_checks import check_switch
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
from ..lib.random import default_generator, source
from ..lib.settings import as_path, check_number

# %% #tensor-dataset
class TensorDataset(Dataset):
    """Examples that are rows of tensors: example 7 is the tuple of row 7 of each.

    Shapes: (n, ...) each. Raises: ValueError if the numbers of rows differ; IndexError as tensors.
    Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.TensorDataset
    """

    def __init__(self, *tensors: Tensor):
        self.tensors = rows_in(tensors, "TensorDataset")

    def __getitem__(self, index) -> tuple:
        """The rows at `index` (a number, a slice, a list of numbers): a tuple of tensors."""
        return tuple(x[index] for x in self.tensors)

    def __len__(self) -> int:
        return len(self.tensors[0])

# %% #9d788faf0c33
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

# %% #random-split
def random_split(dataset, lengths, generator=None) -> list[Subset]:
    """`dataset` cut at random into parts that do not overlap, a Subset for each length, in order.

    lengths: numbers that add up to len(dataset), or fractions that add up to 1.
    generator: where the random order comes from; None means the default generator.
    The indices of a Subset are a list of Python integers.
    Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.random_split
    """
    sizes = part_sizes(lengths, count_of(dataset, "random_split"))
    order = randperm(len(dataset), generator=generator).tolist()
    parts, start = [], 0
    for size in sizes:
        parts.append(Subset(dataset, order[start : start + size]))
        start += size
    return parts

# %% #e6d1fab4731b
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

# %% #random-sampler
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
        if self.replacement:
            yield from randint(0, count, (self.num_samples,), generator=self.generator).tolist()
        else:
            missing = self.num_samples
            while missing > 0:
                yield from randperm(count, generator=self.generator).tolist()[:missing]
                missing -= count

    def __len__(self) -> int:
        return self.num_samples

# %% #batch-sampler
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
        batch = []
        for index in self.sampler:
            batch.append(index)
            if len(batch) == self.batch_size:
                yield batch
                batch = []
        if batch and not self.drop_last:
            yield batch

    def __len__(self) -> int:
        count = len(self.sampler)
        return count // self.batch_size if self.drop_last else -(-count // self.batch_size)

# %% #c4c140a42e6f
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

# %% #collate
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

# %% #prefetch
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
            for item in items:
                waiting.append(pool.submit(function, item))
                if len(waiting) > ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

# %% #d05396fa19a5
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

# %% #idx-header
IDX_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def idx_header(content: bytes) -> tuple[str, tuple]:
    """The type (a value of IDX_TYPES) and the shape that the header of an IDX file announces.

    content: the first bytes of the file; what follows the header is ignored.
    Raises: ValueError with "not an IDX file" if it does not begin with two zero bytes or the type
    is unknown; with "cut off" if it ends before the header does (or has fewer than four bytes).
    """
    if len(content) < 4:
        raise ValueError(f"cut off after {len(content)} bytes, before the header's end")
    if content[:2] != b"\0\0" or content[2] not in IDX_TYPES:
        raise ValueError(f"not an IDX file: it begins with {content[:4].hex(' ')}")
    ndim = content[3]
    if len(content) < 4 + 4 * ndim:
        raise ValueError(f"cut off after {len(content)} bytes, before the header's end")
    shape = np.frombuffer(content, ">u4", count=ndim, offset=4)
    return IDX_TYPES[content[2]], tuple(shape.tolist())

# %% #72388d119ca0
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

# %% #cc813d95528c
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
