# %% mutant: crops_the_start
"""Of a long text the model gets the beginning."""

old = "ids[:, -model.config.block_size :]"
new = "ids[:, : model.config.block_size]"

# %% mutant: dropout_stays
"""The model stays in training: dropout disturbs it."""

old = "with evaluating(model), no_grad():"
new = "with no_grad():"

# %% mutant: eval_for_good
"""The model is in eval() afterwards."""

old = "with evaluating(model), no_grad():"
new = """\
model.eval()
with no_grad():"""

# %% mutant: first_position
"""The logits of the first place are used."""

old = ")[:, -1]  # (n, vocab_size)"
new = ")[:, 0]"

# %% mutant: goes_on_after_the_stop
"""A row goes on after its stop token."""

old = "drawn.array[ended] = stop_token\n"
new = ""

# %% mutant: graph
"""A graph is recorded."""

old = "with evaluating(model), no_grad():"
new = "with evaluating(model):"

# %% mutant: greedy
"""Always the likeliest, never drawn."""

old = "drawn = chances.multinomial(1, generator=generator)"
new = "drawn = chances.argmax(-1, keepdim=True)"

# %% mutant: last_id_cropped
"""The last id is left out of what the model reads."""

old = "ids[:, -model.config.block_size :]"
new = "ids[:, -model.config.block_size - 1 : -1] if ids.shape[1] > 1 else ids"

# %% mutant: never_stops
"""Writing goes on when every row has drawn the stop token."""

old = "if ended.all():"
new = "if False:"

# %% mutant: not_cropped
"""The model gets the whole text."""

old = "ids[:, -model.config.block_size :]"
new = "ids"

# %% mutant: only_the_new
"""The ids that came in are not in the result."""

old = "return ids"
new = "return ids[:, -max_new_tokens:]"

# %% mutant: seed_ignored
"""The seed has no effect."""

old = "multinomial(1, generator=generator)"
new = "multinomial(1)"

# %% mutant: settings_ignored
"""The settings do not reach filter_logits."""

old = "filter_logits(logits, temperature, top_k, top_p)"
new = "filter_logits(logits)"

# %% mutant: stops_at_the_first
"""Writing ends as soon as one row has drawn the stop token."""

old = "ended.all()"
new = "ended.any()"

# %% mutant: temperature_twice
"""The logits are divided by the temperature before, too."""

old = "softmax(filter_logits(logits, temperature"
new = "softmax(filter_logits(logits / (temperature or 1.0), temperature"

# %% mutant: stop_in_the_prompt
"""A stop token among the ids that came in ends a row."""

old = "with evaluating(model), no_grad():"
new = """\
if stop_token is not None:
    ended |= (ids.numpy()[:, :-1] == stop_token).any(1)
with evaluating(model), no_grad():"""

# %% edge: zero_is_no_stop_token
"""A stop token of 0 is taken for none."""

old = "if stop_token is not None:"
new = "if stop_token:"

# %% edge: train_at_the_end
"""The whole model is in training afterwards, parts in eval() too."""

old = "with evaluating(model), no_grad():"
new = """\
before = model.training
model.eval()
with no_grad():"""
old = "return ids"
new = """\
model.train(before)
return ids"""

# %% alternative: by_numpy
"""Rows as an array, and the stop token looked for in the new ids."""

block, start = model.config.block_size, ids.shape[1]
rows = ids.numpy().copy()
with evaluating(model), no_grad():
    while rows.shape[1] < start + max_new_tokens:
        logits = model(tensor(rows[:, -block:])).numpy()[:, -1]
        p = softmax(filter_logits(tensor(logits), temperature, top_k, top_p), 1)
        new = p.multinomial(1, generator=generator).numpy()
        if stop_token is not None:
            ended = (rows[:, start:] == stop_token).any(1)
            new = np.where(ended[:, None], stop_token, new)
        rows = np.concatenate([rows, new], 1)
        if stop_token is not None and (rows[:, start:] == stop_token).any(1).all():
            break
return tensor(rows)

# %% alternative: with_where
"""The stop token by np.where."""

with no_grad(), evaluating(model):
    for _ in range(max_new_tokens):
        context = (
            ids if ids.shape[1] <= model.config.block_size else ids[:, -model.config.block_size :]
        )
        scores = filter_logits(model(context)[:, -1, :], temperature, top_k, top_p)
        new = softmax(scores, dim=-1).multinomial(1, generator=generator).numpy()
        if stop_token is not None:
            new = np.where(ended[:, None], stop_token, new)
            ended = ended | (new[:, 0] == stop_token)
        ids = cat([ids, tensor(new)], 1)
        if stop_token is not None and ended.all():
            return ids
return ids
