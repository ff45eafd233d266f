"""The softmax alone."""
return softmax * g[:, None]
