"""len(loader) does not count a short last batch."""

module = "dataloader"
function = "BatchSampler.__len__"
old = "-(-count // self.batch_size)"
new = "count // self.batch_size"
