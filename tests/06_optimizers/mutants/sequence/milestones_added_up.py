"""Milestones are taken for lengths."""
i, begun = 0, 0
for length in milestones:
    if t < begun + length:
        break
    begun += length
    i += 1
return i, t - begun
