"""A generator, which is used up after one pass."""
return (x[index] for x in self.tensors)
