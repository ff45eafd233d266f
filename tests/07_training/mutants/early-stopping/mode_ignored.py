"""Smaller is taken to be better, for accuracy too."""
if not math.isnan(value) and (self.best is None or self.best - value > self.min_delta):
    self.best, self.waited = value, 0
else:
    self.waited += 1
return self.waited >= self.patience
