"""The logarithm of a sigmoid: infinite where it rounds to 0 or 1."""
e = np.exp(-np.abs(x))
with np.errstate(all="ignore"):
    p = np.where(x >= 0, 1 / (1 + e), e / (1 + e))
    return -pos_weight * t * np.log(p) - (1 - t) * np.log(1 - p), e
