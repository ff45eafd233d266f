"""The milestones that are reached are removed from the caller's list."""
i, begun = 0, 0
while milestones and milestones[0] <= t:
    begun = milestones.pop(0)
    i += 1
return i, t - begun
