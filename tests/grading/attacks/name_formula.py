"""A student's name is a formula."""

student = "=cmd|calc"
points = None
reason = "a student's folder is named with letters"
