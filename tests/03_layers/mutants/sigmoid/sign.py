"""sigmoid(-x)."""
return np.exp(np.minimum(-x, 0)) / (1 + np.exp(-np.abs(x)))
