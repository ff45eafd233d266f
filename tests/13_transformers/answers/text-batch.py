# %% mutant: floats
"""The arrays hold floats."""

old = "x = np.zeros((len(pieces), length), np.int64)"
new = "x = np.zeros((len(pieces), length))"

# %% mutant: last_target_lost
"""Where a piece ends, its last id is no target."""

old = "count = max(min(len(ids) - 1, length), 0)"
new = "count = max(min(len(ids) - 2, length), 0) if len(ids) <= length else length"

# %% mutant: last_id_in_x
"""The last id of a piece is an input too, though nothing follows it."""

old = "x[row, :count], y[row, :count] = ids[:count], ids[1 : count + 1]"
new = """\
y[row, :count] = ids[1 : count + 1]
x[row, : len(ids[:length])] = ids[:length]"""

# %% mutant: next_window
"""The targets are the ids of the next window."""

old = "ids[1 : count + 1]"
new = "np.resize(ids[length:], count) if len(ids) > length else ids[1 : count + 1]"

# %% mutant: not_shifted
"""The targets are the inputs."""

old = "ids[1 : count + 1]"
new = "ids[:count]"

# %% mutant: shifted_back
"""The targets are the ids before: the past is predicted."""

old = "x[row, :count], y[row, :count] = ids[:count], ids[1 : count + 1]"
new = "y[row, :count], x[row, :count] = ids[:count], ids[1 : count + 1]"

# %% mutant: shifted_twice
"""The targets are two places later."""

old = "x[row, :count], y[row, :count] = ids[:count], ids[1 : count + 1]"
new = """\
count = max(min(len(ids) - 2, length), 0)
x[row, :count], y[row, :count] = ids[:count], ids[2 : count + 2]"""

# %% mutant: zero_as_target
"""Where there is no next id, the target is 0: the loss counts the padding."""

old = "np.full((len(pieces), length), -100, np.int64)"
new = "np.zeros((len(pieces), length), np.int64)"

# %% mutant: minus_one_as_target
"""Where there is no next id, the target is -1."""

old = "-100, np.int64"
new = "-1, np.int64"

# %% mutant: zeros_are_no_targets
"""Every 0 among the targets is taken for padding."""

old = "return tensor(x), tensor(y)"
new = """\
y[y == 0] = -100
return tensor(x), tensor(y)"""

# %% edge: empty_counts_backwards
"""An empty piece has -1 targets: a slice that ends before the last place."""

old = "count = max(min(len(ids) - 1, length), 0)"
new = "count = min(len(ids) - 1, length) if len(ids) else 1"
old = "x[row, :count], y[row, :count] = ids[:count], ids[1 : count + 1]"
new = "x[row, :count], y[row, :count] = (ids[:count], ids[1 : count + 1]) if len(ids) else (0, 0)"

# %% alternative: by_lists
"""Rows as lists, filled up."""

rows, targets = [], []
for piece in pieces:
    ids = [int(i) for i in piece][: length + 1]
    missing = length - max(len(ids) - 1, 0)
    rows.append(ids[:-1] + [0] * missing)
    targets.append(ids[1:] + [-100] * missing)
shape = (len(rows), length)
return tuple(tensor(np.array(part, np.int64).reshape(shape)) for part in (rows, targets))

# %% alternative: one_table
"""One table of length + 1, cut twice."""

table = np.full((len(pieces), length + 1), -100, np.int64)
for row, ids in zip(table, pieces):
    row[: len(ids)] = ids[: length + 1]
x, y = table[:, :-1].copy(), table[:, 1:].copy()
x[y == -100] = 0
return tensor(x), tensor(y)
