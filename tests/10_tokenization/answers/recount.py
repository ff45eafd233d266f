# %% mutant: words_counted_once
"""Each distinct word counts once."""

old = "(list(word), times) for word, times in words.items()"
new = "(list(word), 1) for word in words"

# %% mutant: first_seen
"""Of ties the first that was seen."""

old = "best = min(counts, key=lambda pair: (-counts[pair], pair))"
new = "best = max(counts, key=counts.get)"

# %% mutant: larger_ids
"""Of ties the one with the larger ids."""

old = "best = min(counts, key=lambda pair: (-counts[pair], pair))"
new = "best = max(counts, key=lambda pair: (counts[pair], pair))"

# %% mutant: rarest
"""The rarest pair."""

old = "(-counts[pair], pair)"
new = "(counts[pair], pair)"

# %% mutant: counted_only_once
"""All merges come from the first count."""

rows = [(list(word), times) for word, times in words.items()]
counts = count_pairs(rows)
return sorted(counts, key=lambda pair: (-counts[pair], pair))[:count]

# %% mutant: not_merged
"""Nothing is replaced, so the same pair wins again."""

old = "rows = [(merge(ids, best, 256 + len(merges)), times) for ids, times in rows]"
new = ""

# %% mutant: ids_from_257
"""The first merge makes id 257."""

old = "256 + len(merges)"
new = "257 + len(merges)"

# %% mutant: never_ends
"""ValueError: min() of nothing, where no pair is left."""

old = "if not counts:"
new = "if counts is None:"

# %% mutant: words_changed
"""Empties the dictionary of the caller."""

old = "rows, merges = [(list(word), times) for word, times in words.items()], []"
new = "rows, merges = [(list(word), words.pop(word)) for word in list(words)], []"

# %% edge: ties_by_bytes
"""Of ties, merges of bytes come before merges of merges, by their last id."""

old = "(-counts[pair], pair)"
new = "(-counts[pair], max(pair) > 255, pair)"

# %% alternative: sorted_by_two
"""Sorts twice instead of taking a key of two parts."""

ids_of_words, merges = {word: list(word) for word in words}, []
for number in range(count):
    counts = count_pairs([(ids, words[word]) for word, ids in ids_of_words.items()])
    if counts:
        most = max(counts.values())
        best = sorted(pair for pair, times in counts.items() if times == most)[0]
        merges.append(best)
        for word, ids in ids_of_words.items():
            ids_of_words[word] = merge(ids, best, 256 + number)
return merges

# %% alternative: counted_by_hand
"""Counts for itself, and merges only where there is something to merge."""

rows, merges = [[list(word), times] for word, times in words.items()], []
while len(merges) < count:
    counts = Counter()
    for ids, times in rows:
        for pair in pairwise(ids):
            counts[pair] += times
    if not counts:
        return merges
    best = max(counts, key=lambda pair: (counts[pair], -pair[0], -pair[1]))
    for row in rows:
        if best[0] in row[0]:
            row[0] = merge(row[0], best, 256 + len(merges))
    merges.append(best)
return merges
