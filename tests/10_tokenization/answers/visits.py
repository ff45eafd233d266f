# %% mutant: counted_after
"""Looks are counted after the merge."""

old = "    recounting += left\n    left -= places"
new = "    left -= places\n    recounting += left"

# %% mutant: nothing_gets_fewer
"""Every merge looks at all of the first pairs."""

return pairs * len(joins), pairs + 4 * sum(joins)

# %% mutant: two_fewer
"""Each join is thought to make two pairs fewer."""

old = "left -= places"
new = "left -= 2 * places"

# %% mutant: only_the_last_merge
"""Only the joins of the merge before count, not those of all before."""

return sum(pairs - places for places in [0, *joins[:-1]]), pairs + 4 * sum(joins)

# %% mutant: first_count_forgotten
"""The index is not counted when it is made."""

old = "pairs + 4 * sum(joins)"
new = "4 * sum(joins)"

# %% mutant: two_for_each_join
"""Two pairs for each join."""

old = "pairs + 4 * sum(joins)"
new = "pairs + 2 * sum(joins)"

# %% mutant: one_for_each_join
"""One pair for each join."""

old = "pairs + 4 * sum(joins)"
new = "pairs + sum(joins)"

# %% edge: three_merges
"""Right for three merges only."""

first, second, *_ = (*joins, 0, 0)
return 3 * pairs - 2 * first - second, pairs + 4 * sum(joins)

# %% mutant: pairs_that_are_left
"""`pairs` is used up by the loop, and then taken for the first count."""

recounting = 0
for places in joins:
    recounting += pairs
    pairs -= places
return recounting, pairs + 4 * sum(joins)

# %% alternative: in_one_line
"""A sum over all beginnings of the list."""

return sum(pairs - sum(joins[:i]) for i in range(len(joins))), pairs + 4 * sum(joins)

# %% alternative: weighted
"""A join counts for each merge that comes later."""

n = len(joins)
saved = sum((n - 1 - i) * places for i, places in enumerate(joins))
return n * pairs - saved, pairs + sum(4 * places for places in joins)
