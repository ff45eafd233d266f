# %% mutant: new_pairs_missing
"""The pairs that come are not counted."""

old = "changes += ((word[i - 1], first), -1), ((word[i - 1], new), 1)"
new = "changes += (((word[i - 1], first), -1),)"

old = "changes += ((second, word[i + 2]), -1), ((new, word[i + 2]), 1)"
new = "changes += (((second, word[i + 2]), -1),)"

# %% mutant: old_pairs_missing
"""The pairs that go are not taken away."""

old = "((word[i - 1], first), -1), ((word[i - 1], new), 1)"
new = "(((word[i - 1], new), 1),)"

old = "((second, word[i + 2]), -1), ((new, word[i + 2]), 1)"
new = "(((new, word[i + 2]), 1),)"

# %% mutant: right_neighbor_forgotten
"""Only the left neighbor."""

old = "if i + 2 < len(word):  # a b y -> new y"
new = "if False:"

# %% mutant: left_neighbor_forgotten
"""Only the right neighbor."""

old = "if i > 0:  # x a b -> x new"
new = "if False:"

# %% mutant: last_for_the_left_neighbor
"""word[-1] is taken for the left neighbor of the first id."""

old = "if i > 0:  # x a b -> x new"
new = "if True:"

# %% mutant: beyond_the_end
"""IndexError: there may be no right neighbor."""

old = "if i + 2 < len(word):  # a b y -> new y"
new = "if True:"

# %% mutant: word_as_it_was
"""Neighbors are those of the old word: the second place of "abab" has "b" on its left."""

before, changes, i = list(word), [], 0
first, second = pair
while i < len(before) - 1:
    if (before[i], before[i + 1]) == pair:
        if i > 0:
            changes += ((before[i - 1], first), -1), ((before[i - 1], new), 1)
        if i + 2 < len(before):
            changes += ((second, before[i + 2]), -1), ((new, before[i + 2]), 1)
        i += 1
    i += 1
word[:] = merge(before, pair, new)
return changes

# %% mutant: only_the_first_place
"""Ends after the first place."""

old = "word[i : i + 2] = [new]"
new = "word[i : i + 2] = [new]\nbreak"

# %% mutant: word_left_as_it_is
"""The word stays as it was."""

old = "changes, i = [], 0"
new = "word = list(word)\nchanges, i = [], 0"

# %% edge: ids_compared_by_the_first
"""Where both ids of the pair are equal, only every second place of a long run is found."""

old = "if word[i] == first and word[i + 1] == second:"
new = "if word[i] == first and word[i + 1] == second and not (i > 1 and first == second):"

# %% mutant: goes_on_by_two
"""Goes on by two after a join, though the word has become shorter."""

old = "word[i : i + 2] = [new]"
new = "word[i : i + 2] = [new]\ni += 1"

# %% mutant: for_over_the_first_length
"""IndexError: a `for` that counts on while the word gets shorter."""

changes, (first, second) = [], pair
for i in range(len(word) - 1):
    if word[i] == first and word[i + 1] == second:
        if i > 0:
            changes += ((word[i - 1], first), -1), ((word[i - 1], new), 1)
        if i + 2 < len(word):
            changes += ((second, word[i + 2]), -1), ((new, word[i + 2]), 1)
        word[i : i + 2] = [new]
return changes

# %% alternative: counted_before_and_after
"""Counts the pairs of the word before and after."""

changes = [(other, -1) for other in pairwise(word)]
word[:] = merge(word, pair, new)
return changes + [(other, 1) for other in pairwise(word)]

# %% alternative: with_differences
"""A Counter of differences, which may be larger than 1."""

total = Counter(pairwise(merge(word, pair, new)))
total.subtract(pairwise(word))
word[:] = merge(word, pair, new)
return list(total.items())

# %% alternative: by_a_new_word
"""Builds a new word, and looks at its end."""

changes, after, i = [], [], 0
while i < len(word):
    if tuple(word[i : i + 2]) == pair:
        if after:
            changes += [((after[-1], pair[0]), -1), ((after[-1], new), 1)]
        if i + 2 < len(word):
            changes += [((pair[1], word[i + 2]), -1), ((new, word[i + 2]), 1)]
        after.append(new)
        i += 2
    else:
        after.append(word[i])
        i += 1
word[:] = after
return changes
