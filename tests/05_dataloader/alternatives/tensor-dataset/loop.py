"""A loop and a list made a tuple."""
example = []
for x in self.tensors:
    example.append(x[index])
return tuple(example)
