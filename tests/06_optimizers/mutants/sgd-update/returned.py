"""The new weights are returned, not written."""
return p - lr * g
