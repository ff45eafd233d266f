"""Each case by itself."""
if not math.isnan(value):
    sign = 1 if self.mode == "min" else -1
    if self.best is None or sign * (self.best - value) > self.min_delta:
        self.best = value
        self.waited = 0
        return False
self.waited += 1
return self.waited >= self.patience
