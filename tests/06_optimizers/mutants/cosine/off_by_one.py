"""It begins a step later."""
return eta_min + (base_lr - eta_min) * (1 + math.cos(math.pi * (t + 1) / t_max)) / 2
