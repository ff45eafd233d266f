# %% mutant: minimum_ignored
"""It always ends at 0."""

return base_lr * (1 + math.cos(math.pi * t / t_max)) / 2

# %% mutant: minimum_on_top
"""The minimum is added to the whole wave, so it begins too high."""

return eta_min + base_lr * (1 + math.cos(math.pi * t / t_max)) / 2

# %% mutant: not_halved
"""Twice as high."""

return eta_min + (base_lr - eta_min) * (1 + math.cos(math.pi * t / t_max))

# %% mutant: off_by_one
"""It begins a step later."""

return eta_min + (base_lr - eta_min) * (1 + math.cos(math.pi * (t + 1) / t_max)) / 2

# %% mutant: one_step_too_few
"""It is at its end a step early."""

return eta_min + (base_lr - eta_min) * (1 + math.cos(math.pi * t / (t_max - 1))) / 2

# %% mutant: reversed
"""It begins at the minimum."""

return eta_min + (base_lr - eta_min) * (1 - math.cos(math.pi * t / t_max)) / 2

# %% mutant: stays_at_the_end
"""After t_max it stays at the minimum."""

return eta_min + (base_lr - eta_min) * (1 + math.cos(math.pi * min(t / t_max, 1))) / 2

# %% mutant: straight
"""A straight line, with the same beginning, middle and end."""

return eta_min + (base_lr - eta_min) * (1 - t / t_max)

# %% mutant: whole_wave
"""A whole wave in t_max steps: at the end it is back up."""

return eta_min + (base_lr - eta_min) * (1 + math.cos(2 * math.pi * t / t_max)) / 2

# %% edge: never_below
"""Never below the minimum, so a rate that should rise to it is there at once."""

return max(eta_min, eta_min + (base_lr - eta_min) * (1 + math.cos(math.pi * t / t_max)) / 2)

# %% alternative: mixture
"""A mixture of both ends."""

share = 0.5 - 0.5 * np.cos(np.pi * t / t_max)
return float(share * eta_min + (1 - share) * base_lr)

# %% alternative: squared_cosine
"""The cosine of half the angle, squared."""

return eta_min + (base_lr - eta_min) * math.cos(math.pi * t / t_max / 2) ** 2
