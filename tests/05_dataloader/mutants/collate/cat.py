"""Joined along the first dimension: no new one for the batch."""
if isinstance(first, (Tensor, np.ndarray)):
    return tensor(np.concatenate([np.asarray(example) for example in batch]))
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
