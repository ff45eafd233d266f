"""Any gain counts, however small."""
better = self.best is None or (value < self.best if self.mode == "min" else value > self.best)
if better and not math.isnan(value):
    self.best, self.waited = value, 0
else:
    self.waited += 1
return self.waited >= self.patience
