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
