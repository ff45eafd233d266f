"""The steps are counted from the first milestone."""
i = bisect_right(milestones, t)
return i, t - (milestones[0] if i else 0)
