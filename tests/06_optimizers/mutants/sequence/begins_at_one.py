"""At its milestone a schedule has made one step."""
i = bisect_right(milestones, t)
return i, t - milestones[i - 1] + 1 if i else t
