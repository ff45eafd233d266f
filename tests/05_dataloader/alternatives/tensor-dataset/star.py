"""A tuple display with a star."""
return (*[x[index] for x in self.tensors],)
