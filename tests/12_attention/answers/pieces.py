# %% mutant: last_piece
"""Only the last piece counts."""

old = "total * shrink + weights.sum(), read * shrink + weights @ values"
new = "weights.sum(), weights @ values"

# %% mutant: mean_of_pieces
"""The results of the pieces are averaged."""

found = [attend(query, keys, values) for keys, values in pieces if len(keys)]
return sum(found) / len(found)

# %% mutant: nothing_subtracted
"""The exponentials overflow."""

total, read = 0.0, 0.0
for keys, values in pieces:
    weights = np.exp(keys @ query / math.sqrt(len(query)))
    total, read = total + weights.sum(), read + weights @ values
return read / total

# %% mutant: not_shrunk
"""What was summed so far is not made smaller."""

old = "shrink, weights = np.exp(largest - new)"
new = "shrink, weights = 1.0"

# %% mutant: sum_not_shrunk
"""The sum of the values shrinks, that of the exponentials does not."""

old = "total * shrink + weights.sum()"
new = "total + weights.sum()"

# %% alternative: pairs
"""Each piece by itself, then joined by its largest score."""

parts = []
for keys, values in pieces:
    if len(keys):
        scores = keys @ query * len(query) ** -0.5
        top = scores.max()
        parts.append((top, np.exp(scores - top).sum(), np.exp(scores - top) @ values))
most = max(top for top, _, _ in parts)
total = sum(math.exp(top - most) * part for top, part, _ in parts)
return sum(math.exp(top - most) * read for top, _, read in parts) / total
