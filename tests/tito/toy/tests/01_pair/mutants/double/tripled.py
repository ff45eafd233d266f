"""Three times instead of twice."""
return 3 * x
