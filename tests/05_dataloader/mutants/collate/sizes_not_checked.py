"""Examples of different lengths lose what is too much."""
if isinstance(first, (Tensor, np.ndarray)):
    return stacked(batch)
if isinstance(first, (bool, int, float, np.generic)):
    return tensor(np.array(batch))
if isinstance(first, (str, bytes)):
    return list(batch)
if isinstance(first, dict):
    return {key: default_collate([example[key] for example in batch]) for key in first}
if isinstance(first, (tuple, list)):
    return [default_collate(column) for column in zip(*batch, strict=False)]
raise TypeError(f"default_collate cannot join {type(first).__name__}: give a collate_fn")
