# %% mutant: against_the_last
"""Compared with the last value instead of the best one."""

old = "self.waited += 1"
new = "self.best, self.waited = value, self.waited + 1"

# %% mutant: equal_is_better
"""The same value again counts as better: a stuck run never stops."""

old = "if gain > self.min_delta:"
new = "if gain >= self.min_delta:"

# %% mutant: min_delta_ignored
"""Any gain counts, however small."""

old = "if gain > self.min_delta:"
new = "if gain > 0:"

# %% mutant: mode_ignored
"""Smaller is taken to be better, for accuracy too."""

old = 'gain = self.best - value if self.mode == "min" else value - self.best'
new = "gain = self.best - value"

# %% mutant: nan_is_the_best
"""A NaN at first becomes the best value, and nothing is ever better than it."""

old = "gain = -math.inf if math.isnan(value) else math.inf"
new = "gain = math.inf if self.best is None else -math.inf"

# %% mutant: never_reset
"""Bad epochs are counted over the whole run, not in a row."""

old = "self.best, self.waited = value, 0"
new = "self.best = value"

# %% mutant: one_too_late
"""Stops when there were more than `patience` bad epochs."""

old = "return self.waited >= self.patience"
new = "return self.waited > self.patience"

# %% mutant: small_gains_move_the_bar
"""The best value follows gains too small to count, so many of them never add up."""

old = "self.waited += 1"
new = """\
self.waited += 1
if gain > 0:
    self.best = value"""

# %% edge: zero_is_none
"""A best value of 0 is taken for none."""

old = "if self.best is not None and not math.isnan(value):"
new = "if self.best and not math.isnan(value):"

# %% mutant: max_forgets_min_delta
"""min_delta counts for losses only: any larger accuracy is better."""

old = "if gain > self.min_delta:"
new = 'if gain > (self.min_delta if self.mode == "min" else 0):'

# %% mutant: min_delta_relative
"""min_delta is taken as a share of the best value."""

old = "if gain > self.min_delta:"
new = "if gain > self.min_delta * abs(self.best or 1.0):"

# %% mutant: nan_is_passed_over
"""An epoch of NaN does not count: a run that is lost goes on for ever."""

old = "gain = -math.inf if math.isnan(value) else math.inf"
new = """\
if math.isnan(value):
    return False
gain = math.inf"""

# %% mutant: size_of_the_gain
"""The size of a change counts, whatever its sign: worse is better, too."""

old = 'gain = self.best - value if self.mode == "min" else value - self.best'
new = "gain = abs(self.best - value)"

# %% mutant: starts_at_zero
"""The best value is 0 before the first epoch: no loss is ever better than that."""

old = "gain = -math.inf if math.isnan(value) else math.inf"
new = """\
self.best = self.best or 0.0
gain = -math.inf"""

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
