# %% mutant: arrays
"""Arrays where the tensors have rows."""

return tuple(x.numpy()[index] for x in self.tensors)

# %% mutant: examples_not_columns
"""A list of numbers gives a list of examples, not the rows of each tensor."""

if isinstance(index, list):
    return tuple(self[i] for i in index)
return tuple(x[index] for x in self.tensors)

# %% mutant: first_tensor_only
"""The labels are forgotten."""

return (self.tensors[0][index],)

# %% mutant: generator
"""A generator, which is used up after one pass."""

return (x[index] for x in self.tensors)

# %% mutant: joined
"""All rows in one tensor: a RuntimeError, as they differ in shape."""

return stack([x[index] for x in self.tensors])

# %% mutant: labels_not_indexed
"""Only the first tensor is indexed: every image comes with all labels."""

first, *rest = self.tensors
return (first[index], *rest)

# %% mutant: list_not_tuple
"""A list where a tuple was asked for."""

return [x[index] for x in self.tensors]

# %% mutant: numbers_only
"""Takes one number only: a slice or a list ends in a TypeError."""

return tuple(x[int(index)] for x in self.tensors)

# %% mutant: off_by_one
"""Counts from one: every example is the row before."""

return tuple(x[index - 1] for x in self.tensors)

# %% mutant: pairs_only
"""Written for two tensors: one or three end in a ValueError."""

images, labels = self.tensors
return images[index], labels[index]

# %% mutant: wrapped_around
"""Numbers from the end by a remainder: beyond the last row the first one comes again."""

if isinstance(index, int):
    index = index % len(self)
return tuple(x[index] for x in self.tensors)

# %% edge: step_forgotten
"""A slice is spelled out, without its step."""

if isinstance(index, slice):
    start, stop, _ = index.indices(len(self))
    index = list(range(start, stop))
return tuple(x[index] for x in self.tensors)

# %% alternative: by_map
"""Spelled as a call of the method behind the brackets."""

return tuple(map(lambda x: x.__getitem__(index), self.tensors))

# %% alternative: loop
"""A loop and a list made a tuple."""

example = []
for x in self.tensors:
    example.append(x[index])
return tuple(example)

# %% alternative: star
"""A tuple display with a star."""

return (*[x[index] for x in self.tensors],)
