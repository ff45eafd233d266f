"""Bad epochs are counted over the whole run, not in a row."""
better = self.best is None or (
    value < self.best - self.min_delta
    if self.mode == "min"
    else value > self.best + self.min_delta
)
if math.isnan(value) or not better:
    self.waited += 1
else:
    self.best = value
return self.waited >= self.patience
