"""The milestones counted in a loop."""
which, begun = 0, 0
for milestone in milestones:
    if t >= milestone:
        which, begun = which + 1, milestone
return which, t - begun
