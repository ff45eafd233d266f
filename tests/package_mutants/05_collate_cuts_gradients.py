"""Examples that want gradients are stacked as bare arrays."""

module = "dataloader"
function = "stacked"
old = "return stack(batch)"
new = "return Tensor(np.array([x.array for x in batch]))"
