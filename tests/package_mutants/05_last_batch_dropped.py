"""A short last batch is dropped without being asked for."""

module = "dataloader"
function = "BatchSampler.__iter__"
old = "if batch and not self.drop_last:"
new = "if batch and len(batch) == self.batch_size:"
