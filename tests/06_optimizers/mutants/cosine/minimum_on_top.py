"""The minimum is added to the whole wave, so it begins too high."""
return eta_min + base_lr * (1 + math.cos(math.pi * t / t_max)) / 2
