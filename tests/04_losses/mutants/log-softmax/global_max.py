"""The largest of the whole table, not of each row."""
shifted = x - np.max(x)
with np.errstate(all="ignore"):
    return shifted - np.log(np.sum(np.exp(shifted), axis=dim, keepdims=True))
