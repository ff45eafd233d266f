"""Batches of a subset come from the start of the whole dataset."""

module = "dataloader"
function = "rows_of"
old = "indices = [dataset.indices[index] for index in indices]"
new = "indices = list(indices)"
