"""Only the first tensor is indexed: every image comes with all labels."""
first, *rest = self.tensors
return (first[index], *rest)
