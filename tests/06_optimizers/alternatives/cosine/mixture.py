"""A mixture of both ends."""
share = 0.5 - 0.5 * np.cos(np.pi * t / t_max)
return float(share * eta_min + (1 - share) * base_lr)
