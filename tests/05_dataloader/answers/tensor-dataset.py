# %% mutant: first_tensor_only
"""The labels are forgotten."""

return (self.tensors[0][index],)

# %% mutant: generator
"""A generator, which is used up after one pass."""

return (x[index] for x in self.tensors)

# %% mutant: labels_not_indexed
"""Only the first tensor is indexed: every image comes with all labels."""

first, *rest = self.tensors
return (first[index], *rest)

# %% mutant: list_not_tuple
"""A list where a tuple was asked for."""

return [x[index] for x in self.tensors]

# %% mutant: numbers_only
"""Takes one number only: slices and lists fail."""

return tuple(x[int(index)] for x in self.tensors)

# %% mutant: off_by_one
"""Counts from one: every example is the row before."""

return tuple(x[index - 1] for x in self.tensors)

# %% mutant: pairs_only
"""Written for two tensors: one or three do not work."""

images, labels = self.tensors
return images[index], labels[index]

# %% alternative: loop
"""A loop and a list made a tuple."""

example = []
for x in self.tensors:
    example.append(x[index])
return tuple(example)

# %% alternative: star
"""A tuple display with a star."""

return (*[x[index] for x in self.tensors],)
