"""g is taken off a softmax that is not scaled."""
softmax = e / row_sums(e)[:, None]
softmax[np.arange(len(g)), target] -= g
return softmax
