# %% mutant: overlapping
"""Each place of the pair counts, also those that overlap."""

merged, i = [], 0
while i < len(ids):
    if tuple(ids[i : i + 2]) == pair:
        merged.append(new)
        i += 1 if tuple(ids[i + 1 : i + 3]) == pair else 2
    else:
        merged.append(ids[i])
        i += 1
return merged

# %% mutant: only_the_first
"""Only the first place is merged."""

for i in range(len(ids) - 1):
    if tuple(ids[i : i + 2]) == pair:
        return [*ids[:i], new, *ids[i + 2 :]]
return list(ids)

# %% mutant: any_order
"""(2, 1) is taken for (1, 2)."""

old = "if tuple(ids[i : i + 2]) == pair:"
new = "if set(ids[i : i + 2]) == set(pair):"

# %% mutant: from_the_right
"""Goes from right to left."""

merged, i = [], len(ids)
while i > 0:
    if tuple(ids[max(i - 2, 0) : i]) == pair:
        merged.append(new)
        i -= 2
    else:
        merged.append(ids[i - 1])
        i -= 1
return merged[::-1]

# %% mutant: in_place
"""Changes the caller's list."""

i = 0
while i < len(ids) - 1:
    if (ids[i], ids[i + 1]) == pair:
        ids[i : i + 2] = [new]
    i += 1
return ids

# %% mutant: last_one_lost
"""The last id is lost if it is not part of a pair."""

old = "while i < len(ids):"
new = "while i < len(ids) - 1:"

# %% mutant: nothing_in_its_place
"""The pair disappears."""

old = "merged.append(new)"
new = ""

# %% mutant: one_step
"""After a merge, the second of the pair stays."""

old = "i += 2"
new = "i += 1"

# %% edge: by_bytes
"""Goes by bytes, and so fails above 255. ValueError: ids above 255 are no bytes."""

bytes(ids)
merged, i = [], 0
while i < len(ids):
    if tuple(ids[i : i + 2]) == pair:
        merged.append(new)
        i += 2
    else:
        merged.append(ids[i])
        i += 1
return merged

# %% mutant: list_and_tuple
"""A list is compared with a tuple, and never equals it."""

old = "if tuple(ids[i : i + 2]) == pair:"
new = "if ids[i : i + 2] == pair:"

# %% mutant: last_one_twice
"""The last id is appended at the end, whether it was joined or not."""

old = "while i < len(ids):"
new = "while i < len(ids) - 1:"
old = "return merged"
new = "return merged + ids[-1:]"

# %% mutant: behind_the_end
"""IndexError: looks for a neighbor of the last id."""

old = "if tuple(ids[i : i + 2]) == pair:"
new = "if (ids[i], ids[i + 1]) == pair:"

# %% alternative: by_an_iterator
"""Looks back: the last id that was written, and this one."""

merged, joinable = [], False
for each in ids:
    if joinable and (merged[-1], each) == pair:
        merged[-1], joinable = new, False
    else:
        merged.append(each)
        joinable = True
return merged

# %% alternative: copied_and_changed
"""A copy, changed in place."""

merged, i = list(ids), 0
while i < len(merged) - 1:
    if (merged[i], merged[i + 1]) == pair:
        merged[i : i + 2] = [new]
    i += 1
return merged
