"""pos_weight counts for targets of 1 only, not for those between."""
e = np.exp(-np.abs(x))
rest = np.log1p(e)
yes, no = np.maximum(-x, 0) + rest, np.maximum(x, 0) + rest
return np.where(t == 1, pos_weight * yes, t * yes + (1 - t) * no).astype(x.dtype), e
