"""A student's name is a page's markup."""

student = "<script>alert(1)<script>"
points = None
reason = "a student's folder is named with letters"
