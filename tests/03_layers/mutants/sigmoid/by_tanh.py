"""By tanh: right to 1e-16, but tiny results become 0."""
return 0.5 * (1 + np.tanh(0.5 * x))
