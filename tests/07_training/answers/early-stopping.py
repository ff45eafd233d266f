# %% mutant: against_the_last
"""Compared with the last value instead of the best one."""

gain = math.inf if self.best is None else self.best - value
gain = gain if self.mode == "min" or self.best is None else -gain
self.waited = 0 if gain > self.min_delta else self.waited + 1
self.best = value
return self.waited >= self.patience

# %% mutant: equal_is_better
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

# %% mutant: min_delta_ignored
"""Any gain counts, however small."""

better = self.best is None or (value < self.best if self.mode == "min" else value > self.best)
if better and not math.isnan(value):
    self.best, self.waited = value, 0
else:
    self.waited += 1
return self.waited >= self.patience

# %% mutant: mode_ignored
"""Smaller is taken to be better, for accuracy too."""

if not math.isnan(value) and (self.best is None or self.best - value > self.min_delta):
    self.best, self.waited = value, 0
else:
    self.waited += 1
return self.waited >= self.patience

# %% mutant: nan_is_the_best
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

# %% mutant: never_reset
"""Bad epochs are counted over the whole run, not in a row."""

better = self.best is None or (
    value < self.best - self.min_delta if self.mode == "min" else value > self.best + self.min_delta
)
if math.isnan(value) or not better:
    self.waited += 1
else:
    self.best = value
return self.waited >= self.patience

# %% mutant: one_too_late
"""Stops when there were more than `patience` bad epochs."""

better = self.best is None or (
    value < self.best - self.min_delta if self.mode == "min" else value > self.best + self.min_delta
)
if better and not math.isnan(value):
    self.best, self.waited = value, 0
else:
    self.waited += 1
return self.waited > self.patience

# %% mutant: small_gains_move_the_bar
"""The best value follows gains too small to count, so many of them never add up."""

sign = 1 if self.mode == "min" else -1
gain = math.inf if self.best is None else sign * (self.best - value)
if not math.isnan(value) and gain > 0:
    self.best = value
self.waited = 0 if gain > self.min_delta and not math.isnan(value) else self.waited + 1
return self.waited >= self.patience

# %% mutant: zero_is_none
"""A best value of 0 is taken for none."""

better = not self.best or (
    value < self.best - self.min_delta if self.mode == "min" else value > self.best + self.min_delta
)
if better and not math.isnan(value):
    self.best, self.waited = value, 0
else:
    self.waited += 1
return self.waited >= self.patience

# %% alternative: early_return
"""Each case by itself."""

if not math.isnan(value):
    sign = 1 if self.mode == "min" else -1
    if self.best is None or sign * (self.best - value) > self.min_delta:
        self.best = value
        self.waited = 0
        return False
self.waited += 1
return self.waited >= self.patience

# %% alternative: threshold
"""A threshold to be passed."""

if self.best is None:
    better = not math.isnan(value)
elif self.mode == "min":
    better = value < self.best - self.min_delta
else:
    better = value > self.best + self.min_delta
self.best, self.waited = (value, 0) if better else (self.best, self.waited + 1)
return self.waited >= self.patience
