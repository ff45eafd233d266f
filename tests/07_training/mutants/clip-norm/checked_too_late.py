"""The check for NaN comes when the gradients are spoilt, and only if it is never asked for."""
norms = [np.linalg.norm(g.numpy().ravel(), norm_type) for g in gradients]
total = np.linalg.norm(norms, norm_type)
factor = min(1.0, max_norm / (total + 1e-6))
for g in gradients:
    g *= float(factor)
return tensor(total)
