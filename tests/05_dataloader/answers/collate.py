# %% mutant: bytes_forgotten
"""Bytes are taken for something unknown: a TypeError."""

old = "if isinstance(first, (str, bytes)):"
new = "if isinstance(first, str):"

# %% mutant: cat
"""Joined along the first dimension: no new one for the batch."""

old = "return stacked(batch)"
new = "return tensor(np.concatenate([np.asarray(example) for example in batch]))"

# %% mutant: dicts_by_values
"""A dict becomes a list of batches, without its keys."""

old = "return {key: default_collate([example[key] for example in batch]) for key in first}"
new = "return default_collate([list(example.values()) for example in batch])"

# %% mutant: dicts_forgotten
"""Dicts cannot be joined: a TypeError."""

old = """\
if isinstance(first, dict):
    return {key: default_collate([example[key] for example in batch]) for key in first}"""
new = ""

# %% mutant: dicts_not_collated
"""A dict of lists: what is inside is not joined."""

old = "return {key: default_collate([example[key] for example in batch]) for key in first}"
new = "return {key: [example[key] for example in batch] for key in first}"

# %% mutant: floats_narrowed
"""Every number becomes float32."""

old = "return tensor(np.array(batch))"
new = "return tensor(np.array(batch, dtype=np.float32))"

# %% mutant: integers_only
"""Written for labels: floats lose what is behind the point."""

old = "return tensor(np.array(batch))"
new = "return tensor(np.array(batch, dtype=np.int64))"

# %% mutant: letters
"""A string is a sequence too, and so is each of its letters: a RecursionError."""

old = "if isinstance(first, (str, bytes)):"
new = "if isinstance(first, bytes):"
old = "if isinstance(first, (tuple, list)):"
new = "if isinstance(first, (tuple, list, str)):"

# %% mutant: not_nested
"""Columns are stacked, not collated: only arrays and numbers work inside, strings are a TypeError."""

old = "return [default_collate(column) for column in zip(*batch, strict=True)]"
new = """\
columns = zip(*batch, strict=True)
return [tensor(np.array([getattr(x, "array", x) for x in column])) for column in columns]"""

# %% mutant: not_turned
"""The list of examples is not turned inside out: an IndexError, TypeError or ValueError."""

old = "return [default_collate(column) for column in zip(*batch, strict=True)]"
new = "return [default_collate(column) for column in batch]"

# %% mutant: numbers_stay_a_list
"""Numbers stay a list."""

old = "return tensor(np.array(batch))"
new = "return list(batch)"

# %% mutant: objects_pass
"""What cannot be joined is handed on as a list."""

old = 'raise TypeError(f"default_collate cannot join {type(first).__name__}: give a collate_fn")'
new = "return list(batch)"

# %% mutant: numbers_before_strings
"""NumPy's strings are taken for numbers: a TypeError."""

old = """\
if isinstance(first, (str, bytes)):  # before numbers: np.str_ is both
    return list(batch)
if isinstance(first, (bool, int, float, np.generic)):
    return tensor(np.array(batch))"""
new = """\
if isinstance(first, (bool, int, float, np.generic)):
    return tensor(np.array(batch))
if isinstance(first, (str, bytes)):
    return list(batch)"""

# %% mutant: sizes_not_checked
"""Examples of different lengths lose what is too much."""

old = 'raise RuntimeError("the examples of a batch must be of equal size")'
new = "pass"
old = "return [default_collate(column) for column in zip(*batch, strict=True)]"
new = "return [default_collate(column) for column in zip(*batch, strict=False)]"

# %% mutant: strings_apart
"""A string is taken for something unknown: a TypeError."""

old = """\
if isinstance(first, (str, bytes)):  # before numbers: np.str_ is both
    return list(batch)"""
new = ""

# %% mutant: tensor_of_list
"""A tensor straight from the list: Python's floats become float32."""

old = "return tensor(np.array(batch))"
new = "return tensor(batch)"

# %% mutant: tuples_stay_tuples
"""A tuple of batches where a list is asked for."""

old = "return [default_collate(column) for column in zip(*batch, strict=True)]"
new = "return type(first)(default_collate(column) for column in zip(*batch, strict=True))"

# %% edge: gradients_cut
"""Tensors are joined as arrays: gradients do not pass."""

old = "return stacked(batch)"
new = 'return stacked([getattr(example, "array", example) for example in batch])'

# %% edge: last_compared
"""Only the last example is compared with the first."""

old = "if any(len(example) != len(first) for example in batch):"
new = "if len(batch[-1]) != len(first):"
old = "return [default_collate(column) for column in zip(*batch, strict=True)]"
new = "return [default_collate(column) for column in zip(*batch, strict=False)]"

# %% mutant: numpy_booleans_forgotten
"""np.number has no place for NumPy's booleans: a TypeError."""

old = "if isinstance(first, (bool, int, float, np.generic)):"
new = "if isinstance(first, (bool, int, float, np.number)):"

# %% mutant: numpy_numbers_forgotten
"""Only Python's numbers: NumPy's float32 is a TypeError."""

old = "if isinstance(first, (bool, int, float, np.generic)):"
new = "if isinstance(first, (bool, int, float)):"

# %% alternative: abstract_classes
"""Asks for kinds of containers, as PyTorch does."""

from collections.abc import Mapping, Sequence

if hasattr(first, "shape") and first.shape != ():
    return stacked(batch)
if isinstance(first, Mapping):
    return {key: default_collate([example[key] for example in batch]) for key in first}
if isinstance(first, Sequence) and not isinstance(first, (str, bytes)):
    if {len(example) for example in batch} != {len(first)}:
        raise RuntimeError("each element in list of batch should be of equal size")
    return [default_collate([example[i] for example in batch]) for i in range(len(first))]
if isinstance(first, (str, bytes)):
    return list(batch)
if isinstance(first, (float, int, np.generic, Tensor)):
    return stacked([np.asarray(getattr(x, "array", x)) for x in batch])
raise TypeError(f"default_collate: batch must contain tensors, ...; found {type(first)}")

# %% alternative: by_match
"""A match statement."""

match first:
    case Tensor():
        return stack(list(batch))
    case np.ndarray():
        return (
            tensor(np.stack(batch))
            if len({x.shape for x in batch}) == 1
            else stack([tensor(x) for x in batch])
        )
    case str() | bytes():
        return [*batch]
    case dict():
        return dict((key, default_collate([item[key] for item in batch])) for key in first)
    case tuple() | list():
        if len({len(item) for item in batch}) != 1:
            raise RuntimeError("items must be of equal size")
        return list(map(default_collate, map(list, zip(*batch))))
    case bool() | int() | float() | np.generic():
        return Tensor(np.asarray(batch))
    case _:
        raise TypeError(f"cannot batch {type(first)}")

# %% alternative: numbers_first
"""Other order, positions counted."""

kind = type(first)
if isinstance(first, (int, float)) or isinstance(first, (np.number, np.bool_)):
    return Tensor(np.array(batch))
if issubclass(kind, (str, bytes)):
    return batch[:]
if kind is dict:
    joined = {}
    for key in first:
        joined[key] = default_collate([item[key] for item in batch])
    return joined
if kind in (list, tuple):
    for item in batch:
        if len(item) != len(first):
            raise RuntimeError(f"not of equal size: {len(item)} and {len(first)}")
    return [default_collate([item[i] for item in batch]) for i in range(len(first))]
if kind is np.ndarray:
    return stacked([tensor(item) for item in batch])
if kind is Tensor:
    return stack(batch)
raise TypeError(str(kind))

# %% alternative: same_kind_of_dict
"""A dict of the examples' own type; lengths compared by zip itself."""

from collections import OrderedDict
from numbers import Number

if isinstance(first, (Tensor, np.ndarray)):
    return stacked(batch)
if isinstance(first, (str, bytes)):
    return batch
if isinstance(first, (Number, np.generic)):
    return tensor(np.stack(batch))
if isinstance(first, dict):
    return OrderedDict((key, default_collate([one[key] for one in batch])) for key in first)
if not isinstance(first, (tuple, list)):
    raise TypeError(f"no batch of {type(first)}")
try:
    return [default_collate(list(column)) for column in zip(*batch, strict=True)]
except ValueError as error:
    raise RuntimeError(f"each element should be of equal size: {error}") from error
