# %% mutant: from_the_left
"""The first pair from the left that has a rank."""

ids = list(word)
i = 0
while i < len(ids) - 1:
    if (ids[i], ids[i + 1]) in ranks:
        ids[i : i + 2] = [ranks[ids[i], ids[i + 1]]]
        i = 0
    else:
        i += 1
return ids

# %% mutant: highest_rank
"""The highest rank first."""

old = "pair = min(pairwise(ids), key=lambda pair: ranks.get(pair, math.inf))"
new = "pair = max(pairwise(ids), key=lambda pair: ranks.get(pair, -1))"

# %% mutant: one_merge
"""Ends after one merge."""

old = "ids = merge(ids, pair, ranks[pair])"
new = "return merge(ids, pair, ranks[pair])"

# %% mutant: one_place
"""Ends after one place."""

ids = list(word)
known = [(ranks[pair], i) for i, pair in enumerate(pairwise(ids)) if pair in ranks]
if known:
    new, i = min(known)
    ids[i : i + 2] = [new]
return ids

# %% mutant: nothing_merged
"""The bytes, unmerged."""

return list(word)

# %% mutant: unknown_pair
"""KeyError: a pair without a rank is merged as well."""

old = "if pair not in ranks:"
new = "if not ranks:"

# %% mutant: empty_word
"""ValueError: an empty word, or one of a single byte, has no pair."""

old = "while len(ids) > 1:"
new = "while True:"

# %% mutant: longest_token
"""The longest token that fits, from the left."""

tokens = {i: bytes([i]) for i in range(256)}
for (first, second), i in ranks.items():
    tokens[i] = tokens[first] + tokens[second]
ids = []
while word:
    best = max((i for i in tokens if word.startswith(tokens[i])), key=lambda i: len(tokens[i]))
    ids.append(best)
    word = word[len(tokens[best]) :]
return ids

# %% mutant: one_sweep
"""One sweep over the pairs of the bytes, without merges of merges."""

ids = list(word)
for pair in ranks:
    if max(pair) < 256:
        ids = merge(ids, pair, ranks[pair])
return ids

# %% edge: ascii_only
"""Words with bytes above 127 are not merged."""

old = "ids = list(word)"
new = "ids = list(word)\nranks = ranks if word.isascii() else {}"

# %% alternative: in_order_of_rank
"""All merges one after the other, in the order of their ranks."""

ids = list(word)
for pair in sorted(ranks, key=ranks.get):
    ids = merge(ids, pair, ranks[pair])
return ids

# %% alternative: known_pairs_first
"""Only one place at a time, of the pairs that have a rank."""

ids = list(word)
while known := [(ranks[pair], i) for i, pair in enumerate(pairwise(ids)) if pair in ranks]:
    new, i = min(known)
    ids[i : i + 2] = [new]
return ids
