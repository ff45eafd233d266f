# %% mutant: longest_beginning
"""Greedy: the longest token that the rest begins with."""

ids = {token: i for i, token in enumerate(vocabulary)}
found = []
while word:
    size = max(size for size in range(1, len(word) + 1) if word[:size] in ids)
    found.append(ids[word[:size]])
    word = word[size:]
return found

# %% mutant: longest_end
"""Greedy from the end."""

ids = {token: i for i, token in enumerate(vocabulary)}
found = []
while word:
    size = max(size for size in range(1, len(word) + 1) if word[-size:] in ids)
    found.insert(0, ids[word[-size:]])
    word = word[:-size]
return found

# %% mutant: most
"""The most tokens."""

old = "min(ways, key=len)"
new = "max(ways, key=len)"

# %% mutant: bytes_only
"""The bytes themselves."""

return list(word)

# %% alternative: backwards
"""From the end, with how many tokens each rest takes, and which comes first."""

ids = {token: i for i, token in enumerate(vocabulary)}
best = [(0, None)] * (len(word) + 1)
for start in reversed(range(len(word))):
    ends = [end for end in range(start + 1, len(word) + 1) if word[start:end] in ids]
    best[start] = min((1 + best[end][0], end) for end in ends)
found, start = [], 0
while start < len(word):
    end = best[start][1]
    found.append(ids[word[start:end]])
    start = end
return found
