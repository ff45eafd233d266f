"""A best value of 0 is taken for none."""
better = not self.best or (
    value < self.best - self.min_delta
    if self.mode == "min"
    else value > self.best + self.min_delta
)
if better and not math.isnan(value):
    self.best, self.waited = value, 0
else:
    self.waited += 1
return self.waited >= self.patience
