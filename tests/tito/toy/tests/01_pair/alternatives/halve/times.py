"""Times one half."""
return 0.5 * x
