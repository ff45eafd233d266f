"""The formula as it stands: exp(1000) overflows."""
return 1 / (1 + np.exp(-x))
