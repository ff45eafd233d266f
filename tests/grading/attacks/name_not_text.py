"""A student's name is no text in UTF-8."""

import os

student = os.fsdecode(b"student-\xff\xfe")
points = None
reason = "a student's folder is named with letters"
