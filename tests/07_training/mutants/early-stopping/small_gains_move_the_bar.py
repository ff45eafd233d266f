"""The best value follows gains too small to count, so many of them never add up."""
sign = 1 if self.mode == "min" else -1
gain = math.inf if self.best is None else sign * (self.best - value)
if not math.isnan(value) and gain > 0:
    self.best = value
self.waited = 0 if gain > self.min_delta and not math.isnan(value) else self.waited + 1
return self.waited >= self.patience
