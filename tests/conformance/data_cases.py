"""Data pipelines against PyTorch's: what `utils.data` gives to the same calls, as plain values.

A case takes the framework as `torch` and returns what it made; what is in `ERRORS` must raise the
same type of error. What is random is compared by what holds for any order. Run this page with
PyTorch installed to write `recorded_data.json`: `make record`.
"""

import io
import json
from collections import namedtuple
from pathlib import Path

import numpy as np
from conformance.plain_cases import plain

RECORD = Path(__file__).with_name("recorded_data.json")
Point = namedtuple("Point", "x y")


def data(torch):
    return torch.utils.data


def rows(torch, count=7):
    table = torch.arange(count * 2).reshape(count, 2)
    return data(torch).TensorDataset(table, torch.arange(count))


def loader(**options):
    return lambda torch: list(data(torch).DataLoader(rows(torch), **options))


def collate(*batch):
    return lambda torch: data(torch).default_collate(list(batch))


def orders(torch):
    """What holds for every order: all of it once, twice in a row, and what is left over."""
    found = list(data(torch).RandomSampler(range(4), num_samples=10))
    return [sorted(found[:4]), sorted(found[4:8]), len(found), len(set(found[8:]))]


def parts(lengths, count=10):
    def split(torch):
        found = data(torch).random_split(range(count), lengths)
        return [len(part) for part in found], sorted(i for part in found for i in part.indices)

    return split


def squares(torch):
    class Squares(data(torch).Dataset):
        def __len__(self):
            return 5

        def __getitem__(self, index):
            return index * index

    return list(data(torch).DataLoader(Squares(), 2))


def backwards(torch):
    class Backwards(data(torch).Sampler):
        def __iter__(self):
            return iter([4, 3, 2, 1, 0])

    return list(data(torch).DataLoader("abcde", 2, sampler=Backwards()))


def noisy(torch):
    """A dataset that draws: examples 0 to 23 and a random number with each."""

    class Noisy(data(torch).Dataset):
        def __len__(self):
            return 24

        def __getitem__(self, index):
            return index, torch.rand(1)

    return Noisy()


def repeats(torch):
    """Whether seeded epochs that draw are the same again, and differ from each other."""

    def epochs():
        torch.manual_seed(3)
        loader = data(torch).DataLoader(noisy(torch), 4, shuffle=True)
        return [[part.tolist() for part in batch] for _ in range(2) for batch in loader]

    first = epochs()
    return [first == epochs(), first[:6] != first[6:], len({str(x) for _, x in first})]


def counting(torch, *ends):
    """Iterable datasets that give 0, 1, ... up to each end."""

    class Counting(data(torch).IterableDataset):
        def __init__(self, end):
            super().__init__()
            self.end = end

        def __iter__(self):
            return iter(range(self.end))

    return [Counting(end) for end in ends]


def grown(torch):
    """How many batches a shuffling loader gives when its dataset has grown."""
    examples = [1, 2]
    loader = data(torch).DataLoader(examples, shuffle=True)
    examples += [3, 4]
    return [len(loader), sorted(x.item() for x in loader)]


def after_an_error(torch):
    """What a loop that goes on after the error of one batch gets."""

    class Failing(data(torch).Dataset):
        def __len__(self):
            return 4

        def __getitem__(self, index):
            if index == 1:
                raise LookupError("no example 1")
            return index

    found, batches = [], iter(data(torch).DataLoader(Failing()))
    for _ in range(4):
        try:
            found.append(next(batches).item())
        except LookupError:
            found.append("error")
    return found


def changed(name, value):
    """A loader's option set after it was made."""
    return lambda torch: setattr(data(torch).DataLoader([1, 2]), name, value)


def draws(torch):
    """What holds for every draw by weights."""
    found = list(data(torch).WeightedRandomSampler([0.0, 1.0, 3.0], 400))
    left = list(data(torch).WeightedRandomSampler([1.0, 0.0, 3.0], 2, replacement=False))
    return [len(found), sorted(set(found)), found.count(2) > found.count(1), sorted(left)]


def of_paths(torch):
    """The names that scripts import from other places."""
    from importlib import import_module

    found = []
    for path, name in (
        ("dataset", "Dataset"), ("dataset", "TensorDataset"), ("dataset", "Subset"),
        ("dataset", "random_split"), ("dataset", "IterableDataset"), ("dataset", "ConcatDataset"),
        ("dataloader", "DataLoader"), ("dataloader", "default_collate"),
        ("sampler", "Sampler"), ("sampler", "SequentialSampler"), ("sampler", "RandomSampler"),
        ("sampler", "BatchSampler"), ("sampler", "SubsetRandomSampler"),
        ("sampler", "WeightedRandomSampler"),
    ):  # fmt: skip
        page = import_module(f"{torch.__name__}.utils.data.{path}")
        found.append(getattr(page, name) is getattr(data(torch), name))
    return found


def saved(torch, state, **options):
    """What comes back from a file in memory."""
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    return torch.load(file, **options)


def seeds(torch):
    """The seeds that a generator says it began from."""
    found = [torch.Generator().manual_seed(seed).initial_seed() for seed in (0, 7, -1, -(2**63))]
    torch.manual_seed(5)
    return [
        *found,
        torch.initial_seed(),
        torch.Generator(device="cpu").manual_seed(1).initial_seed(),
    ]


def states(torch):
    """Whether the default generator goes back to a state."""
    torch.manual_seed(2)
    state = torch.get_rng_state()
    first = torch.rand(3).tolist()
    torch.set_rng_state(state)
    return first == torch.rand(3).tolist()


def vectors(torch):
    """Parameters as one vector, and back."""
    layer, utils = torch.nn.Linear(2, 2), torch.nn.utils
    utils.vector_to_parameters(torch.arange(6.0), layer.parameters())
    return [layer.weight.detach(), layer.bias.detach(),
            utils.parameters_to_vector(layer.parameters()).detach()]  # fmt: skip


def clipped(torch):
    """The norm named by a word, from the path that some scripts use."""
    x = torch.ones(3, requires_grad=True)
    (x * torch.tensor([1.0, -4.0, 2.0])).sum().backward()
    norm = torch.nn.utils.clip_grad.clip_grad_norm_([x], 2.0, norm_type="inf")
    torch.nn.utils.clip_grad.clip_grad_value_([x], 1.5)
    return [norm, x.grad]


class Doubles(dict):
    """A dataset in a dict, with strings as its keys."""

    def __getitem__(self, key):
        return key * 2


CASES = {
    "numbers": collate(1, 2),
    "a number and a boolean": collate(1, True),
    "numpy strings": lambda torch: [str(x) for x in collate(*np.array(["a", "b"]))(torch)],
    "numpy bytes": lambda torch: [x.decode() for x in collate(*np.array([b"a", b"b"]))(torch)],
    "numpy booleans": collate(np.bool_(True), np.bool_(False)),
    "numpy integers of two sizes": collate(np.int16(3), np.int64(4)),
    "arrays of no dimensions": collate(np.array(3.0), np.array(2.0)),
    "arrays of two dtypes": collate(np.ones(1, np.float32), np.ones(1, np.int64)),
    "arrays of two floats": collate(np.ones(1, np.float32), np.ones(1, np.float64)),
    "tensors of two dtypes": lambda torch: collate(torch.ones(1), torch.ones(1, dtype=torch.int64))(
        torch
    ),
    "empty lists and dicts": lambda torch: [collate([], [])(torch), collate({}, {})(torch)],
    "floats": collate(1.0, 2.0),
    "booleans": collate(True, False),
    "numpy floats": collate(np.float32(1), np.float32(2)),
    "numpy doubles": collate(np.float64(1), np.float64(2)),
    "numpy integers": collate(np.int32(3), np.int32(4)),
    "arrays": collate(np.zeros((2, 1), np.uint8), np.ones((2, 1), np.uint8)),
    "strings": collate("a", "b"),
    "bytes": lambda torch: [x.decode() for x in collate(b"a", b"b")(torch)],
    "pairs": collate((1, 2.0), (3, 4.0)),
    "lists": collate([1, 2], [3, 4]),
    "dicts": collate({"a": 1, "b": (2, "x")}, {"a": 3, "b": (4, "y")}),
    "named tuples": collate(Point(1, 2.0), Point(3, 4.0)),
    "tensors": lambda torch: collate(torch.ones(2), torch.zeros(2))(torch),
    "a row": lambda torch: rows(torch)[3],
    "rows": lambda torch: rows(torch)[1:3],
    "a subset": lambda torch: data(torch).Subset(rows(torch), [5, 1])[0],
    "rows of a subset": lambda torch: data(torch).Subset(rows(torch), [5, 1, 3])[[2, 0]],
    "a dataset of one's own": squares,
    "a sampler of one's own": backwards,
    "batches": loader(batch_size=3),
    "batches of one": loader(),
    "drop_last": loader(batch_size=3, drop_last=True),
    "a sampler": loader(batch_size=2, sampler=[6, 0, 3]),
    "a batch sampler": loader(batch_sampler=[[1], [2, 3]]),
    "collate_fn": lambda torch: list(data(torch).DataLoader("abcde", 2, collate_fn="".join)),
    "a list of pairs": lambda torch: list(data(torch).DataLoader([(1, "a"), (2, "b")], 2)),
    "lengths": lambda torch: [
        len(data(torch).DataLoader(range(n), batch_size=3, drop_last=drop))
        for n in range(7)
        for drop in (False, True)
    ],
    "no examples": lambda torch: list(data(torch).DataLoader([])),
    "batch sampler": lambda torch: list(data(torch).BatchSampler(range(5), 2, False)),
    "sequential sampler": lambda torch: list(data(torch).SequentialSampler("abc")),
    "random sampler": orders,
    "with replacement": lambda torch: [
        len(found := list(data(torch).RandomSampler(range(3), True, 200))),
        sorted(set(found)),
    ],
    "shuffled batches": lambda torch: sorted(
        i for _, y in data(torch).DataLoader(rows(torch), 3, True) for i in y.tolist()
    ),
    "thirds": parts([1 / 3, 1 / 3, 1 / 3]),
    "fractions rounded down": parts([0.55, 0.45]),
    "lengths of parts": parts([7, 3]),
    "an empty part": parts([3, 0], 3),
    "one part of one": parts([1], 5),
    "all in the second part": parts([0, 1], 7),
    "tenths": parts([0.1] * 10, 7),
    "a dataset that draws": repeats,
    "an iterable dataset": lambda torch: list(
        data(torch).DataLoader(counting(torch, 5)[0], batch_size=2)
    ),
    "an iterable dataset, drop_last": lambda torch: list(
        data(torch).DataLoader(counting(torch, 5)[0], batch_size=2, drop_last=True)
    ),
    "datasets added": lambda torch: [
        len(both := rows(torch, 3) + rows(torch, 2)),
        both[2],
        both[3],
        both[-1],
    ],
    "datasets concatenated": lambda torch: [
        len(all_of := data(torch).ConcatDataset([[1, 2], [], [3]])),
        [all_of[i] for i in (0, 1, 2, -1, -3)],
        all_of.cumulative_sizes,
    ],
    "iterable datasets added": lambda torch: list(counting(torch, 2)[0] + counting(torch, 3)[0]),
    "datasets chained": lambda torch: list(data(torch).ChainDataset(counting(torch, 2, 3))),
    "datasets side by side": lambda torch: [
        data(torch).StackDataset([1, 2], "ab")[1],
        data(torch).StackDataset(x=[1, 2], y="ab")[0],
        len(data(torch).StackDataset([1, 2], "ab")),
    ],
    "a random subset": lambda torch: [
        sorted(sampler := data(torch).SubsetRandomSampler([4, 9, 7])),
        len(sampler),
    ],
    "draws by weights": draws,
    "no worker": lambda torch: data(torch).get_worker_info(),
    "a growing dataset": grown,
    "after an error": after_an_error,
    "options without meaning": lambda torch: len(
        data(torch).DataLoader(
            [1, 2],
            1,
            False,
            None,
            None,
            0,
            None,
            False,
            False,
            0,
            None,
            None,
            torch.Generator(),
            prefetch_factor=None,
            persistent_workers=False,
        )
    ),
    "other paths": of_paths,
    "rows at tensors": lambda torch: list(
        data(torch).DataLoader(data(torch).Subset(rows(torch), torch.tensor([4, 1])), 2)
    ),
    "rows at an array": lambda torch: list(
        data(torch).DataLoader(data(torch).Subset(rows(torch), np.array([4, 1])), 2)
    ),
    "keys of a dict": lambda torch: list(
        data(torch).DataLoader(Doubles(), sampler=["a", "b"], batch_size=2)
    ),
    "a state saved": lambda torch: saved(
        torch, {"x": torch.tensor([1.5, 2.0]), 3: [1, (2.5, None, True)], "name": "n"}
    ),
    "a layer saved": lambda torch: list(saved(torch, torch.nn.Linear(2, 1).state_dict())),
    "a leaf saved": lambda torch: (
        saved(
            torch, torch.ones(2, requires_grad=True), map_location="cpu", weights_only=True
        ).requires_grad
    ),
    "seeds": seeds,
    "states": states,
    "parameters as a vector": vectors,
    "a norm by name": clipped,
}

ERRORS = {
    "no getitem": lambda torch: data(torch).Dataset()[0],
    "no len": lambda torch: len(data(torch).Dataset()),
    "a row that is not there": lambda torch: rows(torch)[7],
    "a place in a subset that is not there": lambda torch: data(torch).Subset("abc", [0])[1],
    "lengths that do not add up": parts([3, 3]),
    "fractions that do not add up": parts([0.5, 0.4]),
    "negative fractions": parts([1.5, -0.5]),
    "batch_size=0": loader(batch_size=0),
    "batch_size=2.5": loader(batch_size=2.5),
    "a sampler and shuffle": loader(sampler=[1], shuffle=True),
    "a batch sampler and batch_size": loader(batch_sampler=[[1]], batch_size=2),
    "a batch sampler and drop_last": loader(batch_sampler=[[1]], drop_last=True),
    "num_workers=-1": loader(num_workers=-1),
    "prefetch_factor without workers": loader(prefetch_factor=2),
    "shuffling nothing": lambda torch: data(torch).DataLoader([], shuffle=True),
    "num_samples=0": lambda torch: data(torch).RandomSampler("abc", num_samples=0),
    "tuples of different lengths": collate((1, 2), (1,)),
    "arrays of different shapes": collate(np.zeros(2), np.zeros(3)),
    "objects": collate(object()),
    "nothing": collate(),
    "None": collate(None),
    "dicts with other keys": collate({"a": 1}, {"b": 2}),
    "arrays of strings": collate(np.array(["a"])),
    "arrays of objects": collate(np.array([None])),
    "arrays of dates": collate(np.array(["2020-01-01"], "M8[D]")),
    "dates": collate(np.datetime64("2020-01-01")),
    "sets": collate({1, 2}),
    "a tensor and an array": lambda torch: collate(torch.ones(2), np.ones(2))(torch),
    "batch_size set": changed("batch_size", 2),
    "sampler set": changed("sampler", [1]),
    "dataset set": changed("dataset", [1]),
    "drop_last set": changed("drop_last", True),
    "no iter": lambda torch: next(iter(data(torch).IterableDataset())),
    "shuffling an iterable dataset": lambda torch: data(torch).DataLoader(
        counting(torch, 2)[0], shuffle=True
    ),
    "a sampler for an iterable dataset": lambda torch: data(torch).DataLoader(
        counting(torch, 2)[0], sampler=[1]
    ),
    "the length of an iterable dataset": lambda torch: len(
        data(torch).DataLoader(counting(torch, 2)[0])
    ),
    "persistent_workers without workers": loader(persistent_workers=True),
    "an index beyond all": lambda torch: data(torch).ConcatDataset(["ab", "c"])[3],
    "an index before all": lambda torch: data(torch).ConcatDataset(["ab", "c"])[-4],
    "num_samples=0 by weights": lambda torch: data(torch).WeightedRandomSampler([1.0], 0),
    "a seed too large": lambda torch: torch.manual_seed(2**64),
    "a seed of no number": lambda torch: torch.manual_seed(None),
    "a generator elsewhere": lambda torch: torch.Generator("cuda"),
    "a state of no generator": lambda torch: torch.set_rng_state({}),
    "loading for a GPU": lambda torch: saved(torch, [torch.ones(1)], map_location="cuda:0"),
    "a vector too short": lambda torch: torch.nn.utils.vector_to_parameters(
        torch.ones(2), torch.nn.Linear(2, 2).parameters()
    ),
}


def error_of(call, torch) -> list[str]:
    """The names of the error's class and of its bases, nearest first."""
    try:
        call(torch)
    except Exception as error:  # noqa: BLE001 - which one it is, is what we ask
        return [cls.__name__ for cls in type(error).__mro__[:-2]]
    return []


def said_by(torch) -> dict:
    """What a framework says to every case, as JSON would keep it."""
    values = {name: plain(call(torch)) for name, call in CASES.items()}
    errors = {name: error_of(call, torch) for name, call in ERRORS.items()}
    return json.loads(json.dumps({"values": values, "errors": errors}))


if __name__ == "__main__":
    import torch

    RECORD.write_text(json.dumps(said_by(torch), indent=1) + "\n")
