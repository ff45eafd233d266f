"""The same value again counts as better: a stuck run never stops."""
better = self.best is None or (
    value <= self.best - self.min_delta
    if self.mode == "min"
    else value >= self.best + self.min_delta
)
if better and not math.isnan(value):
    self.best, self.waited = value, 0
else:
    self.waited += 1
return self.waited >= self.patience
