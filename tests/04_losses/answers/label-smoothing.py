# %% mutant: classes_from_targets
"""The number of classes is taken from the largest target, not from `classes`."""

one_hot = np.eye(target.max() + 1)[target]
return (1 - label_smoothing) * one_hot + label_smoothing / one_hot.shape[1]

# %% mutant: no_share
"""The right class does not get its share of the even distribution."""

q = np.full((len(target), classes), label_smoothing / classes)
q[np.arange(len(target)), target] = 1 - label_smoothing
return q

# %% mutant: not_shared
"""Each class gets the whole smoothing."""

one_hot = np.eye(classes)[target]
return (1 - label_smoothing) * one_hot + label_smoothing

# %% mutant: one_added
"""The right class is still 1, and more."""

q = np.full((len(target), classes), label_smoothing / classes)
q[np.arange(len(target)), target] += 1
return q

# %% mutant: other_classes
"""Shared among the K - 1 other classes."""

q = np.full((len(target), classes), label_smoothing / max(classes - 1, 1))
q[np.arange(len(target)), target] = 1 - label_smoothing
return q

# %% mutant: swapped
"""eps and 1 - eps are swapped."""

one_hot = np.eye(classes)[target]
return label_smoothing * one_hot + (1 - label_smoothing) / classes

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
