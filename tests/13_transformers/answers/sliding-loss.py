# %% mutant: blocks
"""Cut into blocks, whatever the stride is."""

old = "range(0, len(ids), stride)"
new = "range(0, len(ids), size)"

# %% mutant: counted_twice
"""Places of several windows count several times."""

old = """\
        y.array[:, : done - start] = -100  # counted before; start is never beyond done
        count = start + len(window) - 1 - done
        total += next_token_loss(model(x), y).item() * count
"""
new = """\
        count = start + len(window) - 1 - done
        total += next_token_loss(model(x), y).item() * count
"""

# %% mutant: mean_of_windows
"""The mean of the windows' means, though the last one is shorter."""

size, means, done = model.config.block_size, [], 0
with evaluating(model), no_grad():
    for start in range(0, len(ids), stride):
        window = ids[start : start + size + 1]
        x, y = text_batch([window], len(window) - 1)
        y.array[:, : done - start] = -100
        means.append(next_token_loss(model(x), y).item())
        done = start + len(window) - 1
        if done == len(ids) - 1:
            return float(np.mean(means))

# %% mutant: stays_in_training
"""Dropout is on."""

old = "with evaluating(model), no_grad():"
new = "with no_grad():"

# %% alternative: by_rows
"""The losses of all places, picked by number."""

size, losses = model.config.block_size, {}
with evaluating(model), no_grad():
    start = 0
    while len(losses) < len(ids) - 1:
        window = np.asarray(ids[start : start + size + 1])
        logits = model(tensor(window[None, :-1]))[0]
        for i, target in enumerate(window[1:]):
            if start + i not in losses:
                row = tensor(window[i + 1 : i + 2])
                losses[start + i] = cross_entropy(logits[i : i + 1], row).item()
        start += stride
return sum(losses.values()) / len(losses)
