"""shuffle=True gives the order of the dataset."""

module = "dataloader"
function = "DataLoader.__init__"
old = "(random if shuffle else SequentialSampler)(dataset)"
new = "SequentialSampler(dataset)"
