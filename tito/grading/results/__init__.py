"""What came of it: marks with reasons, pages for students, reports and tables."""
