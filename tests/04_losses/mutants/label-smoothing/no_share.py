"""The right class does not get its share of the even distribution."""
q = np.full((len(target), classes), label_smoothing / classes)
q[np.arange(len(target)), target] = 1 - label_smoothing
return q
