"""Data pipelines against PyTorch's: what `utils.data` gives to the same calls, as plain values.

A case takes the framework as `torch` and returns what it made; what is in `ERRORS` must raise the
same type of error. What is random is compared by what holds for any order. Run this page with
PyTorch installed to write `recorded_data.json`: `make record`.
"""

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


CASES = {
    "numbers": collate(1, 2),
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
