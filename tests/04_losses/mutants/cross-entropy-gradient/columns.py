"""1 is taken off in whole columns."""
gradient = softmax * g[:, None]
gradient[:, target] -= g[:, None]
return gradient
