"""CrossEntropyLoss forgets its label_smoothing."""

module = "losses"
function = "CrossEntropyLoss.forward"
old = "label_smoothing=self.label_smoothing"
new = "label_smoothing=0.0"
