# %% mutant: total_not_moved
"""The sum so far is not brought to the new largest logit."""

old = "total = total * np.exp(known - largest)"
new = "total = total * 1.0"

# %% mutant: moved_the_other_way
"""The sum so far is multiplied where it must be divided."""

old = "total = total * np.exp(known - largest)"
new = """\
with np.errstate(all="ignore"):
    total = total * np.where(known > -np.inf, np.exp(largest - known), 0.0)"""

# %% mutant: largest_of_the_block
"""The largest of each block is taken out, and forgotten with the next one."""

old = "known, largest = largest, np.maximum(largest, np.max(block, axis=1))"
new = "known, largest = largest, np.max(block, axis=1)"

# %% mutant: largest_forgotten
"""The largest is not added at the end."""

old = "return largest + np.log(total)"
new = "return np.log(total)"

# %% mutant: not_taken_out
"""Plain sums of exponentials, which overflow."""

with np.errstate(all="ignore"):
    return np.log(sum(np.sum(np.exp(block), axis=1) for block in blocks))

# %% mutant: one_largest
"""One largest logit for all rows of a block."""

old = "known, largest = largest, np.maximum(largest, np.max(block, axis=1))"
new = "known, largest = largest, np.maximum(largest, np.full(len(block), np.max(block)))"

# %% alternative: logaddexp
"""The result so far as one more logit of each block."""

out = np.full(1, -np.inf)
for block in blocks:
    largest = block.max(axis=1)
    here = largest + np.log(np.exp(block - largest[:, None]).sum(axis=1))
    out = np.logaddexp(out, here)
return out

# %% alternative: first_block
"""The first block sets the start."""

first = next(blocks)
largest = first.max(axis=1)
total = np.exp(first - largest[:, None]).sum(axis=1)
for block in blocks:
    new = np.maximum(largest, block.max(axis=1))
    total = total * np.exp(largest - new) + np.exp(block - new[:, None]).sum(axis=1)
    largest = new
return largest + np.log(total)
