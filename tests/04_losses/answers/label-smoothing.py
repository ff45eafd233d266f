# %% mutant: classes_from_targets
"""The number of classes is taken from the largest target, not from `classes`."""

one_hot = np.eye(target.max() + 1)[target]
return (1 - label_smoothing) * one_hot + label_smoothing / one_hot.shape[1]

# %% mutant: no_share
"""The right class does not get its share of the even distribution."""

old = "q[np.arange(len(target)), target] += 1 - label_smoothing"
new = "q[np.arange(len(target)), target] = 1 - label_smoothing"

# %% mutant: not_shared
"""Each class gets the whole smoothing."""

old = "q = np.full((len(target), classes), label_smoothing / classes)"
new = "q = np.full((len(target), classes), label_smoothing)"

# %% mutant: one_added
"""The right class is still 1, and more."""

old = "q[np.arange(len(target)), target] += 1 - label_smoothing"
new = "q[np.arange(len(target)), target] += 1"

# %% mutant: other_classes
"""Shared among the K - 1 other classes."""

old = "q = np.full((len(target), classes), label_smoothing / classes)"
new = "q = np.full((len(target), classes), label_smoothing / max(classes - 1, 1))"
old = "q[np.arange(len(target)), target] += 1 - label_smoothing"
new = "q[np.arange(len(target)), target] = 1 - label_smoothing"

# %% mutant: swapped
"""eps and 1 - eps are swapped."""

old = "q = np.full((len(target), classes), label_smoothing / classes)"
new = "q = np.full((len(target), classes), (1 - label_smoothing) / classes)"
old = "q[np.arange(len(target)), target] += 1 - label_smoothing"
new = "q[np.arange(len(target)), target] += label_smoothing"

# %% mutant: transposed
"""One-hot the wrong way round: a row for each class."""

one_hot = np.eye(classes)[:, target]
return (1 - label_smoothing) * one_hot + label_smoothing / classes

# %% alternative: compared
"""One-hot by comparing class numbers."""

is_target = np.arange(classes) == np.asarray(target)[:, None]
even = label_smoothing / classes
return np.where(is_target, 1 - label_smoothing + even, even)

# %% alternative: mixture
"""The formula as it stands."""

one_hot = np.eye(classes)[target]
return (1 - label_smoothing) * one_hot + label_smoothing / classes
