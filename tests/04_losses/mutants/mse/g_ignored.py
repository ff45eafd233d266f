"""The gradient of the result is not used."""
return 2 * difference / (difference.size if reduction == "mean" else 1)
