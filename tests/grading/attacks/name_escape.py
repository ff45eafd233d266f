"""A student's name steers the terminal."""

student = "\x1b[2J\x1b[31mhonest\x1b]0;mine\x07"
points = None
reason = "a student's folder is named with letters"
