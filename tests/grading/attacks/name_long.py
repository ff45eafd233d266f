"""A student's name has 250 letters."""

student = "n" * 250
points = None
reason = "a student's folder is named with letters"
