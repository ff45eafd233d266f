"""A list where a tuple was asked for."""
return [x[index] for x in self.tensors]
