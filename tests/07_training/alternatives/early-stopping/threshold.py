"""A threshold to be passed."""
if self.best is None:
    better = not math.isnan(value)
elif self.mode == "min":
    better = value < self.best - self.min_delta
else:
    better = value > self.best + self.min_delta
self.best, self.waited = (value, 0) if better else (self.best, self.waited + 1)
return self.waited >= self.patience
