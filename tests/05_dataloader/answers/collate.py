# %% mutant: bytes_forgotten
"""Bytes are taken for something unknown."""

old = "if isinstance(first, (str, bytes)):"
new = "if isinstance(first, str):"

# %% mutant: cat
"""Joined along the first dimension: no new one for the batch."""

old = "return stacked(batch)"
new = "return tensor(np.concatenate([np.asarray(example) for example in batch]))"

# %% mutant: dicts_forgotten
"""Dicts cannot be joined."""

old = """\
if isinstance(first, dict):
    return {key: default_collate([example[key] for example in batch]) for key in first}"""
new = ""

# %% mutant: floats_narrowed
"""Every number becomes float32."""

old = "return tensor(np.array(batch))"
new = "return tensor(np.array(batch, dtype=np.float32))"

# %% mutant: gradients_cut
"""Tensors are joined as arrays: gradients do not pass."""

old = "return stacked(batch)"
new = 'return stacked([getattr(example, "array", example) for example in batch])'

# %% mutant: not_nested
"""Columns are stacked, not collated: only arrays and numbers work inside."""

old = "return [default_collate(column) for column in zip(*batch, strict=True)]"
new = """\
columns = zip(*batch, strict=True)
return [tensor(np.array([getattr(x, "array", x) for x in column])) for column in columns]"""

# %% mutant: not_turned
"""The list of examples is not turned inside out."""

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

# %% mutant: sizes_not_checked
"""Examples of different lengths lose what is too much."""

old = 'raise RuntimeError("the examples of a batch must be of equal size")'
new = "pass"
old = "return [default_collate(column) for column in zip(*batch, strict=True)]"
new = "return [default_collate(column) for column in zip(*batch, strict=False)]"

# %% mutant: strings_apart
"""A string is taken for a sequence of letters."""

old = """\
if isinstance(first, (str, bytes)):
    return list(batch)"""
new = ""

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
if isinstance(first, (int, float)) or isinstance(first, np.generic):
    return Tensor(np.array(batch))
if kind in (str, bytes):
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
