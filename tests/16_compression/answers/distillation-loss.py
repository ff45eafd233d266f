# %% mutant: wrong_way_round
"""The student's probabilities weigh."""

old = "(wanted.exp() * (wanted - found))"
new = "(found.exp() * (found - wanted))"

# %% mutant: without_t_squared
"""T squared is forgotten."""

old = "alpha * T**2 * divergence"
new = "alpha * divergence"

# %% mutant: times_t
"""Multiplied by T, not by its square."""

old = "alpha * T**2 * divergence"
new = "alpha * T * divergence"

# %% mutant: averaged_over_classes
"""The mean over everything."""

old = "(wanted.exp() * (wanted - found)).sum() / len(student)"
new = "(wanted.exp() * (wanted - found)).mean()"

# %% mutant: added_over_the_batch
"""The sum over the batch."""

old = ".sum() / len(student)"
new = ".sum()"

# %% mutant: alpha_the_wrong_way
"""alpha is the share of the labels."""

old = "return alpha * T**2 * divergence + (1 - alpha) * cross_entropy(student, labels)"
new = "return (1 - alpha) * T**2 * divergence + alpha * cross_entropy(student, labels)"

# %% mutant: teacher_learns
"""The teacher gets a gradient."""

old = "teacher.detach()"
new = "teacher"

# %% mutant: log_of_softmax
"""Logarithms of a softmax, which may be 0."""

wanted = log_softmax(teacher.detach() / T, dim=1).exp()
found = log_softmax(student / T, dim=1).exp()
divergence = (wanted * (wanted.log() - found.log())).sum() / len(student)
return alpha * T**2 * divergence + (1 - alpha) * cross_entropy(student, labels)

# %% mutant: cross_entropy_of_answers
"""The teacher's own logarithm is left out: a constant, but not 0 for equal answers."""

old = "(wanted - found)"
new = "(-found)"

# %% mutant: without_temperature
"""The logits are not divided by T."""

wanted, found = log_softmax(teacher.detach(), dim=1), log_softmax(student, dim=1)
divergence = (wanted.exp() * (wanted - found)).sum() / len(student)
return alpha * T**2 * divergence + (1 - alpha) * cross_entropy(student, labels)

# %% edge: cross_entropy_at_t
"""The cross-entropy, too, is of the softened answers."""

old = "cross_entropy(student, labels)"
new = "cross_entropy(student / T, labels)"

# %% alternative: by_hand
"""The cross-entropy from the log-probabilities, and the divergence row by row."""

soft, hard = log_softmax(student / T, dim=1), log_softmax(student, dim=1)
goal = log_softmax(teacher.detach() / T, dim=1)
rows = (goal.exp() * (goal - soft)).sum(dim=1)
right = hard.gather(1, labels.reshape(-1, 1)).mean()
return rows.mean() * (alpha * T * T) - right * (1 - alpha)
