"""A whole wave in t_max steps: at the end it is back up."""
return eta_min + (base_lr - eta_min) * (1 + math.cos(2 * math.pi * t / t_max)) / 2
