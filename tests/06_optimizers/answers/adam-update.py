# %% mutant: betas_ignored
"""The usual betas, whatever is asked for."""

m += 0.1 * (g - m)
v += 0.001 * (g * g - v)
p -= lr * m / (1 - 0.9**step) / (np.sqrt(v / (1 - 0.999**step)) + eps)

# %% mutant: betas_swapped
"""Each mean has the other one's beta."""

m += (1 - betas[1]) * (g - m)
v += (1 - betas[0]) * (g * g - v)
root = np.sqrt(v / (1 - betas[0] ** step))
p -= lr * m / (1 - betas[1] ** step) / (root + eps)

# %% mutant: corrected_for_the_first_step
"""The correction is that of the first step, always."""

m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
p -= lr * m / (1 - betas[0]) / (np.sqrt(v / (1 - betas[1])) + eps)

# %% mutant: eps_before_correction
"""eps is added before the root is corrected."""

m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
p -= lr * m / (1 - betas[0] ** step) * np.sqrt(1 - betas[1] ** step) / (np.sqrt(v) + eps)

# %% mutant: eps_ignored
"""The usual eps, whatever is asked for."""

m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
root = np.sqrt(v / (1 - betas[1] ** step))
p -= lr * m / (1 - betas[0] ** step) / (root + 1e-8)

# %% mutant: eps_inside_the_root
"""eps stands under the root."""

m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
p -= lr * m / (1 - betas[0] ** step) / np.sqrt(v / (1 - betas[1] ** step) + eps)

# %% mutant: gradient_squared_in_place
"""The square is made in the gradient itself."""

m += (1 - betas[0]) * (g - m)
g *= g
v += (1 - betas[1]) * (g - v)
root = np.sqrt(v / (1 - betas[1] ** step))
p -= lr * m / (1 - betas[0] ** step) / (root + eps)

# %% mutant: last_gradient
"""The last gradient instead of the mean: the first step is right."""

m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
p -= lr * g / (np.sqrt(v / (1 - betas[1] ** step)) + eps)

# %% mutant: lr_ignored
"""The usual learning rate of 0.01, whatever is asked for."""

m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
root = np.sqrt(v / (1 - betas[1] ** step))
p -= 0.01 * m / (1 - betas[0] ** step) / (root + eps)

# %% mutant: means_corrected_in_place
"""The corrected means are kept, and corrected again."""

m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
m /= 1 - betas[0] ** step
v /= 1 - betas[1] ** step
p -= lr * m / (np.sqrt(v) + eps)

# %% mutant: means_forgotten
"""The means are new arrays, so each step begins with those of the caller."""

m = betas[0] * m + (1 - betas[0]) * g
v = betas[1] * v + (1 - betas[1]) * g * g
root = np.sqrt(v / (1 - betas[1] ** step))
p -= lr * m / (1 - betas[0] ** step) / (root + eps)

# %% mutant: no_correction
"""Neither mean is corrected for its start at 0."""

m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
p -= lr * m / (np.sqrt(v) + eps)

# %% mutant: only_m_corrected
"""The mean of the squares is not corrected."""

m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
p -= lr * m / (1 - betas[0] ** step) / (np.sqrt(v) + eps)

# %% mutant: only_v_corrected
"""The mean of the gradients is not corrected."""

m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
p -= lr * m / (np.sqrt(v / (1 - betas[1] ** step)) + eps)

# %% mutant: sign_flipped
"""The step goes uphill."""

m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
root = np.sqrt(v / (1 - betas[1] ** step))
p += lr * m / (1 - betas[0] ** step) / (root + eps)

# %% mutant: step_off_by_one
"""The first step counts as the second."""

m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
root = np.sqrt(v / (1 - betas[1] ** (step + 1)))
p -= lr * m / (1 - betas[0] ** (step + 1)) / (root + eps)

# %% mutant: widened
"""Arrays of float64 on the way; p is a new one."""

m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
root = np.sqrt(v / (1 - betas[1] ** step))
p = p - lr * m / (1 - betas[0] ** step) / (root + eps)

# %% mutant: square_of_the_mean
"""v follows the square of the mean, not the mean of the squares."""

m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (m * m - v)
root = np.sqrt(v / (1 - betas[1] ** step))
p -= lr * m / (1 - betas[0] ** step) / (root + eps)

# %% mutant: times_step
"""The correction multiplies the beta by the number of the step."""

m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
root = np.sqrt(v / (1 - betas[1] * step))
p -= lr * m / (1 - betas[0] * step) / (root + eps)

# %% mutant: without_root
"""The root of the squares is forgotten."""

m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
p -= lr * m / (1 - betas[0] ** step) / (v / (1 - betas[1] ** step) + eps)

# %% mutant: sums
"""Running sums, as with momentum, not means."""

m[...] = betas[0] * m + g
v[...] = betas[1] * v + g * g
root = np.sqrt(v / (1 - betas[1] ** step))
p -= lr * m / (1 - betas[0] ** step) / (root + eps)

# %% edge: idle_without_gradient
"""A weight whose gradient is 0 stays, though its mean still pushes it."""

m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
root = np.sqrt(v / (1 - betas[1] ** step))
p -= np.where(g == 0, 0, lr * m / (1 - betas[0] ** step) / (root + eps))

# %% alternative: as_in_the_paper
"""Line by line as in the paper."""

m[...] = betas[0] * m + (1 - betas[0]) * g
v[...] = betas[1] * v + (1 - betas[1]) * g**2
m_hat = m / (1 - betas[0] ** step)
v_hat = v / (1 - betas[1] ** step)
p -= lr * m_hat / (np.sqrt(v_hat) + eps)

# %% alternative: in_place
"""Without temporaries but one."""

scratch = g - m
scratch *= 1 - betas[0]
np.add(m, scratch, out=m)
v *= betas[1]
np.multiply(g, g, out=scratch)
scratch *= 1 - betas[1]
np.add(v, scratch, out=v)
np.sqrt(v, out=scratch)
scratch /= math.sqrt(1 - betas[1] ** step)
scratch += eps
np.divide(m, scratch, out=scratch)
scratch *= lr / (1 - betas[0] ** step)
p -= scratch

# %% alternative: short
"""The formulas in four lines."""

m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
root = np.sqrt(v / (1 - betas[1] ** step))
p -= lr / (1 - betas[0] ** step) * m / (root + eps)
