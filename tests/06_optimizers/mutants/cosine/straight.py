"""A straight line, with the same beginning, middle and end."""
return eta_min + (base_lr - eta_min) * (1 - t / t_max)
