"""A match statement."""
match first:
    case Tensor():
        return stack(list(batch))
    case np.ndarray():
        return tensor(np.stack(batch)) if len({x.shape for x in batch}) == 1 else stack([tensor(x) for x in batch])
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
