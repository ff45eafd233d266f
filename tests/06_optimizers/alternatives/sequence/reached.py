"""A list of those that are reached."""
reached = [milestone for milestone in milestones if milestone <= t]
return len(reached), t - (reached[-1] if reached else 0)
