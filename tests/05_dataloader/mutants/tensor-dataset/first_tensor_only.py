"""The labels are forgotten."""
return (self.tensors[0][index],)
