"""The cosine of half the angle, squared."""
return eta_min + (base_lr - eta_min) * math.cos(math.pi * t / t_max / 2) ** 2
