"""The __getitem__ of a subclass, which changes examples, is passed by."""

module = "dataloader"
function = "rows_of"
old = 'plain = getattr(type(dataset), "__getitem__", None) is TensorDataset.__getitem__'
new = "plain = isinstance(dataset, TensorDataset)"
