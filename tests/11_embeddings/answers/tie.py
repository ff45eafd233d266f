# %% mutant: bias_counted
"""The bias is counted, though it stays."""

old = "return 0 if weight is table else weight.numel()"
new = (
    "return 0 if weight is table else sum(p.numel() for p in (weight, head.bias) if p is not None)"
)

# %% mutant: bias_dropped
"""The bias goes."""

old = "head.weight = table"
new = "head.weight, head.bias = table, None"

# %% mutant: bytes
"""Bytes, not numbers."""

old = "weight.numel()"
new = "weight.nbytes"

# %% mutant: checked_too_late
"""Assigns first, then looks at the shapes."""

head_shape = head.weight.shape
head.weight = embedding.weight
if embedding.weight.shape != head_shape:
    raise RuntimeError(f"{embedding.weight.shape} is not {head_shape}")
return head.weight.numel()

# %% mutant: copied
"""The head gets the values, and keeps a Parameter of its own."""

old = "head.weight = table"
new = """\
with no_grad():
    weight.copy_(table)"""

# %% mutant: never_refused
"""Any shape will do."""

old = "if table.shape != weight.shape:"
new = "if table.ndim != weight.ndim:"

# %% mutant: second_parameter
"""Another Parameter in the same memory: an optimizer moves it twice."""

old = "head.weight = table"
new = "head.weight = Parameter(table)"

# %% mutant: same_memory
"""Two Parameters share one array."""

old = "head.weight = table"
new = "weight.array = table.array"

# %% mutant: the_other_way
"""The table takes the weight of the head."""

old = "head.weight = table"
new = "embedding.weight = weight"

# %% mutant: what_is_left
"""How many numbers are learned, not how many fewer."""

old = "return 0 if weight is table else weight.numel()"
new = "return sum(p.numel() for p in (embedding.weight, weight, head.bias) if p is not None)"

# %% mutant: other_error
"""Raises another type of error."""

old = "raise RuntimeError("
new = "raise ValueError("

# %% edge: counts_again
"""Tied a second time, it counts the numbers again."""

old = "return 0 if weight is table else weight.numel()"
new = "return weight.numel()"

# %% edge: bias_needed
"""Looks at the bias: an AttributeError where the head has none."""

old = "if table.shape != weight.shape:"
new = "if table.shape != (head.bias.numel(), weight.shape[1]):"

# %% alternative: parameters_before_and_after
"""Counts the parameters before and after."""

both = ModuleList([embedding, head])
before = sum(p.numel() for p in both.parameters())
if head.weight.shape != embedding.weight.shape:
    raise RuntimeError(f"{head.weight.shape} and {embedding.weight.shape} differ")
head.weight = embedding.weight
return before - sum(p.numel() for p in both.parameters())

# %% alternative: nothing_if_tied
"""Returns at once where there is nothing to do."""

if head.weight is embedding.weight:
    return 0
sizes = tuple(embedding.weight.shape), tuple(head.weight.shape)
if sizes[0] != sizes[1]:
    raise RuntimeError("{} does not fit {}".format(*sizes))
head.register_parameter("weight", embedding.weight)
return math.prod(sizes[0])
