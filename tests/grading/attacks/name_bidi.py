"""A student's name turns the direction of the writing."""

student = "\u202etsenoh-a"
points = None
reason = "a student's folder is named with letters"
