"""The new schedule goes on counting from the beginning of the run."""
return bisect_right(milestones, t), t
