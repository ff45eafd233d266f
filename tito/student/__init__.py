"""The student's side of the tool. It imports nothing of the instructors' and authors' folders."""
