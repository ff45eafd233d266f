"""The parts of a split overlap."""

module = "dataloader"
function = "random_split"
old = "order[start : start + size]"
new = "order[:size]"
