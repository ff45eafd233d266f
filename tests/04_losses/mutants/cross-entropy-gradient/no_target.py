"""The softmax alone."""
softmax = e / row_sums(e)[:, None]
return softmax * g[:, None]
