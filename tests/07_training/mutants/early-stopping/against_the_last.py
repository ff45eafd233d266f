"""Compared with the last value instead of the best one."""
gain = math.inf if self.best is None else self.best - value
gain = gain if self.mode == "min" or self.best is None else -gain
self.waited = 0 if gain > self.min_delta else self.waited + 1
self.best = value
return self.waited >= self.patience
