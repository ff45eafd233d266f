"""It is at its end a step early."""
return eta_min + (base_lr - eta_min) * (1 + math.cos(math.pi * t / (t_max - 1))) / 2
