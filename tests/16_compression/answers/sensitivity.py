# %% mutant: not_put_back
"""Nothing is put back."""

old = "weight[...] = before"
new = "pass"

# %% mutant: put_back_at_the_end_of_a_row
"""Put back after all amounts, so that each builds on the one before."""

for_all = np.zeros((len(weights), len(amounts)))
for i, weight in enumerate(weights):
    before = weight.copy()
    try:
        for j, amount in enumerate(amounts):
            weight *= magnitude_mask(weight, round(amount * weight.size))
            for_all[i, j] = evaluate()
    finally:
        weight[...] = before
return for_all

# %% mutant: largest
"""The largest go."""

old = "weight *= magnitude_mask(before, round(amount * weight.size))"
new = "weight *= 1 - magnitude_mask(before, weight.size - round(amount * weight.size))"

# %% mutant: local_name
"""A new array gets the local name; the model does not see it."""

old = "weight *= magnitude_mask(before, round(amount * weight.size))"
new = "weight = before * magnitude_mask(before, round(amount * weight.size))"

# %% mutant: not_after_an_error
"""Put back only if nothing goes wrong."""

old = """\
try:
    weight *= magnitude_mask(before, round(amount * weight.size))
    found[i, j] = evaluate()
finally:
    weight[...] = before"""
new = """\
weight *= magnitude_mask(before, round(amount * weight.size))
found[i, j] = evaluate()
weight[...] = before"""

# %% mutant: transposed
"""A row for each amount."""

old = "return found"
new = "return found.T.copy()"

# %% mutant: copy_is_a_view
"""What is put back has been pruned, too."""

old = "before = weight.copy()"
new = "before = weight"

# %% edge: cut_off
"""Shares are cut off, not rounded."""

old = "round(amount * weight.size)"
new = "int(amount * weight.size)"

# %% alternative: masked_from_the_copy
"""Written from the copy each time, and all put back at the end."""

copies = [weight.copy() for weight in weights]
rows = []
try:
    for weight, original in zip(weights, copies, strict=True):
        row = []
        for amount in amounts:
            np.multiply(
                original, magnitude_mask(original, round(amount * original.size)), out=weight
            )
            row.append(float(evaluate()))
        np.copyto(weight, original)
        rows.append(row)
finally:
    for weight, original in zip(weights, copies, strict=True):
        np.copyto(weight, original)
return np.array(rows, dtype=float).reshape(len(weights), len(amounts))
