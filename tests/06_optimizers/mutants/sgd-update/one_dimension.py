"""Number by number, for vectors only."""
for i in range(len(p)):
    p[i] -= lr * float(g[i])
