"""A student's name is a pattern that fits everybody."""

student = "*"
points = None
reason = "a student's folder is named with letters"
