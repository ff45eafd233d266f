"""1 is taken off in whole columns."""
softmax = e / row_sums(e)[:, None]
gradient = softmax * g[:, None]
gradient[:, target] -= g[:, None]
return gradient
