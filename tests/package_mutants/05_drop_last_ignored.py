"""drop_last keeps the short last batch."""

module = "dataloader"
function = "BatchSampler.__iter__"
old = "if batch and not self.drop_last:"
new = "if batch:"
