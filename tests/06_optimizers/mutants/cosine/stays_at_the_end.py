"""After t_max it stays at the minimum."""
return eta_min + (base_lr - eta_min) * (1 + math.cos(math.pi * min(t / t_max, 1))) / 2
