# %% mutant: every_batch_alike
"""Divided by the number of batches: a batch of 1 counts as much as one of 64."""

old = "share = batch_loss(model, loss_fn, batch) * (samples(batch) / count)"
new = "share = batch_loss(model, loss_fn, batch) / len(batches)"

# %% mutant: last_loss
"""The loss of the last batch is returned for that of all."""

old = "total += share.item()"
new = "total = batch_loss(model, loss_fn, batch).item()"

# %% mutant: not_averaged
"""The losses are added: the gradient grows with the number of batches."""

old = "share = batch_loss(model, loss_fn, batch) * (samples(batch) / count)"
new = "share = batch_loss(model, loss_fn, batch)"

# %% mutant: one_graph
"""All graphs are kept until one backward at the end: the memory of the large batch after all."""

losses = [batch_loss(model, loss_fn, batch) for batch in batches]
total = sum(loss * (samples(batch) / count) for loss, batch in zip(losses, batches, strict=True))
total.backward()
return total.item()

# %% mutant: only_the_last
"""Gradients are cleared before each batch: only the last one counts."""

old = "share.backward()"
new = """\
for parameter in getattr(model, "parameters", list)() or [w]:
    parameter.grad = None
share.backward()"""

# %% mutant: scaled_after_backward
"""The loss is scaled when the gradient has been taken already."""

old = "share = batch_loss(model, loss_fn, batch) * (samples(batch) / count)"
new = "share = batch_loss(model, loss_fn, batch)"
old = "share.backward()"
new = """\
share.backward()
share = share * (samples(batch) / count)"""

# %% mutant: loss_not_scaled
"""The gradient gets its share, the loss that is returned does not."""

old = "total += share.item()"
new = "total += batch_loss(model, loss_fn, batch).item()"

# %% mutant: mean_of_losses
"""The gradients count by samples, the losses by batches."""

old = "return total"
new = "return sum(batch_loss(model, loss_fn, batch).item() for batch in batches) / len(batches)"

# %% mutant: tensor_returned
"""The losses are added up as tensors, and a tensor comes back."""

old = "total += share.item()"
new = "total = total + share.detach()"

# %% mutant: zeroed_first
"""The gradients that are there are cleared first: whether they should go is the caller's choice."""

old = "total = 0.0"
new = """\
model.zero_grad()
total = 0.0"""

# %% edge: only_the_last_is_shorter
"""All batches but the last are taken to be as large as the first one."""

old = """\
for batch in batches:
    share = batch_loss(model, loss_fn, batch) * (samples(batch) / count)"""
new = """\
size = samples(batches[0])
for i, batch in enumerate(batches, start=1):
    own = size if i < len(batches) else count - size * (len(batches) - 1)
    share = batch_loss(model, loss_fn, batch) * (own / count)"""

# %% alternative: losses_in_a_list
"""The losses are kept, as tensors, until the end: after `backward` no graph hangs on them."""

losses = []
for batch in batches:
    losses.append(batch_loss(model, loss_fn, batch) * (samples(batch) / count))
    losses[-1].backward()
return sum(loss.item() for loss in losses)

# %% alternative: by_gradient
"""The share goes in where backward starts."""

values = []
for batch in batches:
    share = samples(batch) / count
    loss = batch_loss(model, loss_fn, batch)
    loss.backward(tensor(np.asarray(share, loss.dtype)))
    values.append(loss.item() * share)
return sum(values)

# %% alternative: divided_last
"""The sums of the samples' losses, divided by all."""

total = 0.0
for batch in batches:
    loss = batch_loss(model, loss_fn, batch) * samples(batch)
    (loss / count).backward()
    total += loss.item()
return total / count
