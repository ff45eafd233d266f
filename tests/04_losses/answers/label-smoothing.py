# %% mutant: no_share
"""The right class does not get its share of the even distribution."""

old = "q[np.arange(len(target)), target] += 1 - label_smoothing"
new = "q[np.arange(len(target)), target] = 1 - label_smoothing"

# %% mutant: not_shared
"""Each class gets the whole smoothing."""

old = "q = np.full(rows.shape, label_smoothing / classes, rows.dtype)"
new = "q = np.full(rows.shape, label_smoothing, rows.dtype)"

# %% mutant: one_added
"""The right class is still 1, and more."""

old = "q[np.arange(len(target)), target] += 1 - label_smoothing"
new = "q[np.arange(len(target)), target] += 1"

# %% mutant: other_classes
"""Shared among the K - 1 other classes."""

old = "q = np.full(rows.shape, label_smoothing / classes, rows.dtype)"
new = "q = np.full(rows.shape, label_smoothing / max(classes - 1, 1), rows.dtype)"
old = "q[np.arange(len(target)), target] += 1 - label_smoothing"
new = "q[np.arange(len(target)), target] = 1 - label_smoothing"

# %% mutant: swapped
"""eps and 1 - eps are swapped."""

old = "q = np.full(rows.shape, label_smoothing / classes, rows.dtype)"
new = "q = np.full(rows.shape, (1 - label_smoothing) / classes, rows.dtype)"
old = "q[np.arange(len(target)), target] += 1 - label_smoothing"
new = "q[np.arange(len(target)), target] += label_smoothing"

# %% mutant: single_precision
"""The soft targets are float32: 0.85 has eight digits, where the logits have sixteen."""

old = "q = np.full(rows.shape, label_smoothing / classes, rows.dtype)"
new = 'q = np.full(rows.shape, label_smoothing / classes, "float32")'

# %% mutant: double_precision
"""The soft targets are float64, and widen the losses of float32 logits."""

old = "q = np.full(rows.shape, label_smoothing / classes, rows.dtype)"
new = "q = np.full(rows.shape, label_smoothing / classes)"

# %% mutant: sign_lost
"""The minus of the logarithm is lost."""

old = "return -(log_softmax(rows, 1) * q).sum(dim=1)"
new = "return (log_softmax(rows, 1) * q).sum(dim=1)"

# %% mutant: averaged
"""A mean over the classes, which divides by their number."""

old = "return -(log_softmax(rows, 1) * q).sum(dim=1)"
new = "return -(log_softmax(rows, 1) * q).mean(dim=1)"

# %% mutant: columns
"""Added up over the rows, not over the classes."""

old = "return -(log_softmax(rows, 1) * q).sum(dim=1)"
new = "return -(log_softmax(rows, 1) * q).sum(dim=0)"

# %% mutant: detached
"""Computed with arrays: the losses are right, and no gradient comes back."""

old = "return -(log_softmax(rows, 1) * q).sum(dim=1)"
new = "return tensor(-(log_softmax_forward(rows.array, 1) * q.array).sum(axis=1))"

# %% mutant: weight_forgotten
"""The weights of the classes are not used."""

old = "q = tensor(q) if weight is None else tensor(q) * weight"
new = "q = tensor(q)"

# %% mutant: weight_of_the_target
"""The loss of a row is weighted by its class, not each term of the sum."""

old = "q = tensor(q) if weight is None else tensor(q) * weight"
new = "q = tensor(q) if weight is None else tensor(q * weight.array[target][:, None])"

# %% edge: postcard
"""The logarithm of a softmax, as the formula stands: NaN for large logits."""

old = "return -(log_softmax(rows, 1) * q).sum(dim=1)"
new = """\
e = rows.exp()
return -((e / e.sum(dim=1, keepdim=True)).log() * q).sum(dim=1)"""

# %% edge: classes_from_targets
"""The number of classes is the largest target plus 1: a RuntimeError where none names the last."""

old = """\
classes = rows.shape[1]
q = np.full(rows.shape, label_smoothing / classes, rows.dtype)  # (n, classes)"""
new = """\
classes = int(target.max()) + 1
q = np.full((len(target), classes), label_smoothing / classes, rows.dtype)"""

# %% alternative: two_terms
"""The loss of the right class and the mean of all losses, mixed: no distribution is made."""

log_p = log_softmax(rows, dim=1)
if weight is not None:
    log_p = log_p * weight
picked = log_p.gather(1, tensor(target[:, None]))[:, 0]
return -(1 - label_smoothing) * picked - label_smoothing * log_p.mean(dim=1)

# %% alternative: mixture
"""The formula as it stands, with one-hot rows."""

one_hot = np.eye(rows.shape[1])[target]
q = (1 - label_smoothing) * one_hot + label_smoothing / rows.shape[1]
losses = -log_softmax(rows, -1) * Tensor(q.astype(rows.dtype))
return (losses if weight is None else losses * weight).sum(-1)
