"""A student's name looks like an option."""

student = "--force"
points = None
reason = "a student's folder is named with letters"
