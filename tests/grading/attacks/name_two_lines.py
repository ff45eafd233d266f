"""A student's name has two lines, the second of them somebody else's result."""

student = "name\ngraded honest 01_pair"
points = None
reason = "a student's folder is named with letters"
