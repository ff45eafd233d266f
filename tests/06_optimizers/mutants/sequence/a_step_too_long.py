"""At the milestone the old schedule is still on."""
i = sum(t > milestone for milestone in milestones)
return i, t - [0, *milestones][i]
