# %% mutant: a_step_too_long
"""At the milestone the old schedule is still on."""

i = sum(t > milestone for milestone in milestones)
return i, t - [0, *milestones][i]

# %% mutant: begins_at_one
"""At its milestone a schedule has made one step."""

i = bisect_right(milestones, t)
return i, t - milestones[i - 1] + 1 if i else t

# %% mutant: first_milestone_only
"""The steps are counted from the first milestone."""

i = bisect_right(milestones, t)
return i, t - (milestones[0] if i else 0)

# %% mutant: milestones_added_up
"""Milestones are taken for lengths."""

i, begun = 0, 0
for length in milestones:
    if t < begun + length:
        break
    begun += length
    i += 1
return i, t - begun

# %% mutant: milestones_used_up
"""The milestones that are reached are removed from the caller's list."""

i, begun = 0, 0
while milestones and milestones[0] <= t:
    begun = milestones.pop(0)
    i += 1
return i, t - begun

# %% mutant: steps_of_the_whole
"""The new schedule goes on counting from the beginning of the run."""

return bisect_right(milestones, t), t

# %% mutant: two_schedules
"""There is one milestone, as in the example."""

if not milestones or t < milestones[0]:
    return 0, t
return 1, t - milestones[0]

# %% edge: begins_with_the_first
"""The run always begins with schedule 0, even if the next one takes over at once."""

i = bisect_right(milestones, t) if t else 0
return i, t - [0, *milestones][i]

# %% alternative: counted
"""The milestones counted in a loop."""

which, begun = 0, 0
for milestone in milestones:
    if t >= milestone:
        which, begun = which + 1, milestone
return which, t - begun

# %% alternative: reached
"""A list of those that are reached."""

reached = [milestone for milestone in milestones if milestone <= t]
return len(reached), t - (reached[-1] if reached else 0)
