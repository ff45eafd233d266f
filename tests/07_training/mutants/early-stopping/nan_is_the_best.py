"""A NaN at first becomes the best value, and nothing is ever better than it."""
if self.best is None:
    better = True
elif self.mode == "min":
    better = value < self.best - self.min_delta
else:
    better = value > self.best + self.min_delta
if better:
    self.best, self.waited = value, 0
else:
    self.waited += 1
return self.waited >= self.patience
