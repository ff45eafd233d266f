"""Tensors are joined as arrays: gradients do not pass."""
if isinstance(first, (Tensor, np.ndarray)):
    return tensor(np.stack([getattr(example, 'data', example) for example in batch]) if isinstance(first, Tensor) else np.stack(batch))
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
