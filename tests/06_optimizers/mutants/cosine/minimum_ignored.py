"""It always ends at 0."""
return base_lr * (1 + math.cos(math.pi * t / t_max)) / 2
